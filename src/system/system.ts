import type { RecordType } from "./dns-message.ts";

/**
 * All effects on the machine go through this interface. The real one acts; the recording one keeps writes to itself and
 * tells what would be done. Paths are absolute and real.
 */
export interface System {
  readonly files: Files;
  readonly processes: Processes;
  readonly services: ServiceManager;
  readonly network: Network;
  readonly clock: Clock;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** A monotonic time in milliseconds, for durations. */
  ticks(): number;
  /** Lets so many milliseconds pass. */
  sleep(time: number): Promise<void>;
}

export interface FileStatus {
  readonly kind: "file" | "directory" | "link" | "other";
  /** Permission bits alone. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** When the content last changed, in milliseconds since 1970. */
  readonly modified: number;
  /** Where a link leads, as it is written in it. */
  readonly link?: string;
}

/** How a file is to be: its permission bits and, where given, its numeric owner. */
export interface FileAttributes {
  readonly mode: number;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/** What shall stand at a path: a file, a symbolic link, or nothing. */
export type Replacement = { readonly path: string } & (
  | {
      readonly bytes: Uint8Array;
      readonly attributes: FileAttributes;
      /** It shall count as modified then or later, in milliseconds since 1970. */
      readonly notBefore?: number | undefined;
    }
  | { readonly link: string }
  | { readonly absent: true }
);

export interface Files {
  /** The whole file, or `undefined` where there is none. */
  read(path: string): Uint8Array | undefined;
  readText(path: string): string | undefined;
  /** Names in a folder in byte order; empty where there is no such folder. */
  list(path: string): string[];
  /** Of the path itself, links not followed; `undefined` where there is nothing. */
  status(path: string): FileStatus | undefined;
  /** Whether this process may execute it. */
  isExecutable(path: string): boolean;
  /**
   * Replaces the file at once: a reader sees the old bytes or the new, and after a crash too. The new one is
   * modified in a later second than the old: daemons look no closer to see that a file is another.
   */
  write(path: string, bytes: Uint8Array, attributes: FileAttributes): void;
  /**
   * Puts all of these in place, or none: every file is written beside its place and synced first, and then all
   * are renamed. Where a rename fails, what was there before is put back. Each is as durable and as late as with
   * `write`. Folders must exist.
   */
  replaceAll(replacements: readonly Replacement[]): void;
  setAttributes(path: string, attributes: FileAttributes): void;
  /** Sets when the content last changed, in milliseconds since 1970. */
  setModified(path: string, at: number): void;
  /** Durable, as `write` is; nothing happens where there is no such file. */
  remove(path: string): void;
  /**
   * Removes what killed writes of these paths left beside them; no other write of them may be under way. Each folder
   * is looked at once.
   */
  removeLeftovers(paths: readonly string[]): void;
  /** Makes the folder and its parents, each with this mode; nothing happens where it is there. */
  makeFolder(path: string, mode: number): void;
  /**
   * A new private folder (0700) for staging; remove it with `removeFolder`. Those that killed processes of this
   * program left are removed.
   */
  makeTemporaryFolder(): string;
  /** With all that is in it. */
  removeFolder(path: string): void;
  /** Copies a folder with links, modes and owners kept; `skip` leaves a source path out. */
  copyFolder(from: string, to: string, skip: (path: string) => boolean): void;
}

export interface RunOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** After so many milliseconds the process and its children are killed. */
  readonly timeout?: number;
  /** Where it is aborted, the process and its children are killed, for some wait for a server and hear nothing else. */
  readonly abort?: AbortSignal;
  /** Called for each line of standard output and error, as it comes. */
  readonly onLine?: (line: string) => void;
  /** Called for each piece of standard output, as the bytes are, of which the outcome then has none. */
  readonly onBytes?: (piece: Uint8Array) => void;
}

export interface Outcome {
  /** The exit status; 127 where the program does not exist, 128 + the signal's number where one ended it. */
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface Processes {
  /** Runs a program from an argument array, never through a shell. */
  run(argv: readonly [string, ...string[]], options?: RunOptions): Promise<Outcome>;
  /** The same, for a program that only looks and changes nothing; a dry run runs it too. */
  inspect(argv: readonly [string, ...string[]], options?: RunOptions): Promise<Outcome>;
  /** Starts a program that goes on when this one has ended; nobody sees its output. */
  leave(argv: readonly [string, ...string[]]): void;
  /** While `work` goes on, SIGINT and SIGTERM are neither handed on to programs nor end what is awaited. */
  undisturbed<T>(work: () => Promise<T>): Promise<T>;
  /** The path of a program in PATH or the administrator's folders; `undefined` where it is not installed. */
  find(program: string): string | undefined;
}

export type ServiceVerb = "start" | "stop" | "reload" | "restart" | "enable" | "disable";

export interface UnitState {
  /** `absent`: not installed here; `masked`: the administrator forbade it. */
  readonly load: "loaded" | "masked" | "absent";
  readonly active: boolean;
  /** It died, or a part of it: nobody stopped it. */
  readonly failed: boolean;
  readonly enabled: boolean;
}

/** How a unit fares, its parts included: Debian's postfix.service is only the parent of postfix@-.service. */
export interface UnitHealth {
  /** It and all its parts run. */
  readonly running: boolean;
  /** The main process of each part, by number; a change means that one died and was started again. */
  readonly processes: readonly number[];
  /** In the service manager's words, such as `postfix@-.service failed (exit-code)`; for messages. */
  readonly state: string;
}

export interface ServiceManager {
  readonly name: "systemd" | "service" | "none";
  state(unit: string): Promise<UnitState>;
  run(unit: string, verb: ServiceVerb): Promise<Outcome>;
  health(unit: string): Promise<UnitHealth>;
  /** The unit's last lines in the log, its parts' included, oldest first; none where there is no log of units. */
  lastLines(unit: string, count: number): Promise<string[]>;
  /** Errors that the unit, its parts included, has logged since a time, in milliseconds since 1970; oldest first. */
  errorsSince(unit: string, time: number): Promise<string[]>;
}

/** A TCP port as a daemon's configuration names it. */
export interface Address {
  /** An IP address or a host's name; `undefined` where the daemon listens on all. */
  readonly host: string | undefined;
  readonly port: number;
}

export interface Network {
  /**
   * Whether a daemon answers: the port accepts a connection and, where its protocol has the server speak first
   * (SMTP, IMAP, POP3, ManageSieve, LMTP; over TLS on 465, 993 and 995), it greets. Waits up to `timeout`
   * milliseconds for that.
   */
  answers(address: Address, timeout: number): Promise<boolean>;
  /**
   * A name's records in DNS: the text of each TXT record, each MX record as `10 mail.example.org`, each address (one of IPv6
   * in eight groups of four digits), or each name of an address. Empty where there is none; `undefined` where nobody
   * answers, so that it is not known. `limit`: milliseconds for all questions to all servers together.
   */
  lookUp(name: string, type: RecordType, limit?: number): Promise<readonly string[] | undefined>;
}
