import { join } from "node:path";
import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import type { Paths } from "../paths.ts";
import { byBytes } from "../system/byte-order.ts";
import type { Files } from "../system/system.ts";
import { parseYaml } from "../template/metadata.ts";
import { overlay } from "../template/overlay.ts";
import { ParsedTexts } from "../template/parsed-texts.ts";

/** What a changed service needs; of two asked for one service, the stronger is done. */
export type ServiceAction = "reload" | "restart";

/** What an event.yaml says. */
export interface Manifest {
  readonly description: string;
  /** Events whose templates, services and scripts this one has as well, and which it therefore carries out too. */
  readonly extends: readonly string[];
  /** Targets of templates, such as `/etc/postfix/main.cf`. */
  readonly templates: readonly string[];
  /** Units, and how they take a changed file. */
  readonly services: Readonly<Record<string, ServiceAction>>;
  /** For an event that carries out a record's deletion: the database of the record that its first argument names. */
  readonly deletes?: string | undefined;
  /** The name of what it changes of the settings, by its arguments, before it makes files. */
  readonly changes?: string | undefined;
  /** Whether it does what nothing can bring back, so that it cannot wait to be confirmed. */
  readonly irreversible?: boolean | undefined;
}

/** What an event changes of the settings before it makes files; see `own-changes.ts`. */
export interface NamedChange {
  readonly name: string;
  /** The event that it belongs to, with its arguments, where many events are carried out as one. */
  readonly call?: EventCall;
}

/** An action script, found by its name `S20-name`. */
export interface Script {
  readonly name: string;
  readonly path: string;
  /** The event that it belongs to, with its arguments, where many events are carried out as one. */
  readonly call?: EventCall;
}

/** An event and its arguments, as they are signalled. */
export interface EventCall {
  readonly event: string;
  readonly args: readonly string[];
}

/** An event with all that it extends, and with the site's additions. */
export interface Event {
  readonly name: string;
  readonly description: string;
  /** Itself and the events that it extends: what it carries out. */
  readonly carriesOut: readonly string[];
  readonly templates: readonly string[];
  readonly services: ReadonlyMap<string, ServiceAction>;
  /** The database of the record that the first argument names, and that is gone when the event has succeeded. */
  readonly deletes?: string | undefined;
  /** One for an event that has been signalled; more where many are carried out as one. */
  readonly changes: readonly NamedChange[];
  readonly isIrreversible: boolean;
  /** In byte order of their names. */
  readonly scripts: readonly Script[];
  /** Scripts that are left out because they are not executable. */
  readonly skipped: readonly Script[];
}

const manifestName = "event.yaml";
const scriptName = /^S\d\d.+/;

/** Finds events in the shipped folder and the site's. */
export class EventLibrary {
  private readonly parsed: ParsedTexts;

  constructor(
    private readonly files: Files,
    private readonly paths: Paths,
  ) {
    this.parsed = new ParsedTexts(files, paths.share);
  }

  /** The names of all events, in byte order. */
  names(): string[] {
    const found = new Set([...this.files.list(this.shipped("")), ...this.files.list(this.site(""))]);
    return [...found].filter((name) => this.manifests(name).length > 0).sort();
  }

  load(name: string): Promise<Event> {
    return this.loadBelow(name, []);
  }

  /** `above`: the events that extend this one, outermost first. */
  private async loadBelow(name: string, above: readonly string[]): Promise<Event> {
    const manifests = this.manifests(name);
    if (manifests.length === 0) throw this.unknownEvent(name, above.at(-1));
    if (above.includes(name)) throw extendsItself([...above, name]);
    let event = this.withScripts({
      name,
      description: "",
      carriesOut: [name],
      templates: [],
      services: new Map(),
      changes: [],
      isIrreversible: false,
      scripts: [],
      skipped: [],
    });
    for (const path of manifests) {
      const manifest = await this.parsed.yaml(this.files.readText(path) ?? "", path, parseManifest);
      event = merge(event, {
        ...event,
        description: manifest.description,
        templates: manifest.templates,
        services: new Map(Object.entries(manifest.services)),
        deletes: manifest.deletes,
        changes: manifest.changes === undefined ? [] : [{ name: manifest.changes }],
        isIrreversible: manifest.irreversible === true,
      });
      for (const other of manifest.extends) {
        event = merge(event, await this.loadBelow(other, [...above, name]));
      }
    }
    return event;
  }

  private manifests(name: string): string[] {
    if (name === "" || name.startsWith(".") || name.includes("/")) return [];
    return [join(this.shipped(name), manifestName), join(this.site(name), manifestName)].filter(
      (path) => this.files.status(path)?.kind === "file",
    );
  }

  private withScripts(event: Event): Event {
    const found = overlay(this.files, this.shipped(event.name), this.site(event.name));
    const all = found
      .filter(({ name, path }) => scriptName.test(name) && this.files.readText(path) !== "")
      .map(({ name, path }) => ({ name, path }));
    // A folder, and a link that leads nowhere, have no text.
    const runs = ({ path }: Script): boolean =>
      this.files.isExecutable(path) && this.files.readText(path) !== undefined;
    return { ...event, scripts: all.filter(runs), skipped: all.filter((script) => !runs(script)) };
  }

  private unknownEvent(name: string, extender: string | undefined): MailwrightError {
    const by = extender === undefined ? "" : `, which ${extender} extends`;
    const folder = this.site(name);
    const hasFolder = name !== "" && !name.includes("/") && this.files.list(folder).length > 0;
    return new MailwrightError(`there is no event ${JSON.stringify(name)}${by}`, {
      code: "UNKNOWN_EVENT",
      hint: [
        ...(hasFolder ? [`${folder} is no event without an ${manifestName}.`] : []),
        "known: signal-event --list",
      ].join("\n"),
      exit: ExitCode.refused,
    });
  }

  private shipped(name: string): string {
    return join(this.paths.share, "events", name);
  }

  private site(name: string): string {
    return join(this.paths.site, "events", name);
  }
}

/** The stronger of two things that one service is asked for. */
export function stronger(left: ServiceAction | undefined, right: ServiceAction): ServiceAction {
  return left === "restart" ? left : right;
}

function merge(event: Event, other: Event): Event {
  const services = new Map(event.services);
  for (const [unit, action] of other.services) services.set(unit, stronger(services.get(unit), action));
  const byName = (scripts: readonly Script[]): Script[] =>
    [...new Map(scripts.map((script) => [script.path, script])).values()].sort((left, right) =>
      byBytes(left.name, right.name),
    );
  return {
    name: event.name,
    description: event.description || other.description,
    carriesOut: [...new Set([...event.carriesOut, ...other.carriesOut])],
    templates: [...new Set([...event.templates, ...other.templates])],
    services,
    deletes: event.deletes ?? other.deletes,
    changes: event.changes.length > 0 ? event.changes : other.changes,
    isIrreversible: event.isIrreversible || other.isIrreversible,
    scripts: byName([...other.scripts, ...event.scripts]),
    skipped: byName([...other.skipped, ...event.skipped]),
  };
}

export async function parseManifest(text: string, name: string): Promise<Manifest> {
  const [{ parse }, z] = await Promise.all([import("yaml"), import("zod")]);
  const shape = z.strictObject({
    description: z.string().default(""),
    extends: z.array(z.string()).default([]),
    templates: z.array(z.string().startsWith("/")).default([]),
    services: z.record(z.string(), z.enum(["reload", "restart"])).default({}),
    deletes: z.string().optional(),
    changes: z.string().optional(),
    irreversible: z.boolean().optional(),
  });
  const parsed = shape.safeParse(parseYaml(parse, text, name) ?? {});
  if (!parsed.success)
    throw new MailwrightError(`${name}: ${z.prettifyError(parsed.error)}`, { code: "EVENT_MANIFEST" });
  return parsed.data;
}

function extendsItself(names: readonly string[]): MailwrightError {
  return new MailwrightError(`the event ${names.at(-1)} extends itself: ${names.join(" → ")}`, {
    code: "EVENT_MANIFEST",
    hint: `Take one of them out of the "extends" of the event before it.`,
  });
}
