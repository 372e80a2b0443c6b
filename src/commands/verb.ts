import type { Writer } from "../db/writer.ts";
import type { Settings } from "../mail/settings.ts";
import type { CommandInfo, Result } from "./command.ts";
import type { CommandContext } from "./context.ts";

/** What a verb of `config` and `db` works on. */
export interface ReadSession {
  readonly database: string;
  readonly settings: Settings;
  /** `--stored`: what is stored, without defaults. */
  readonly storedOnly: boolean;
  /** `--yaml`: the form of `export` and `import`. */
  readonly yaml: boolean;
  readonly context: CommandContext;
}

export interface WriteSession extends ReadSession {
  readonly writer: Writer;
  /** `--force`: store what the catalogue would refuse. */
  readonly force: boolean;
  /** What `source` of the verb names, whole; empty where it names nothing. */
  readonly input: string;
}

export type ReadHandler = (session: ReadSession, args: readonly string[]) => Result;
export type WriteHandler = (session: WriteSession, args: readonly string[]) => Result;

interface VerbInfo extends Omit<CommandInfo, "options" | "description"> {
  readonly description?: readonly string[];
  /**
   * The file that a writing verb reads, `-` for standard input. It is read before the transaction begins, so
   * that a slow pipe holds up no other writer.
   */
  readonly source?: (args: readonly string[]) => string | undefined;
}

/** A verb reads in one snapshot, or writes in one transaction. */
export type Verb = VerbInfo &
  (
    | { readonly effects: "read"; load(): ReadHandler | Promise<ReadHandler> }
    | { readonly effects: "write"; load(): WriteHandler | Promise<WriteHandler> }
  );
