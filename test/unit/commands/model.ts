/** What the model expects of one command line. */
interface Expected {
  readonly exit: number;
  readonly stdout: string;
  /** A JSON text is compared as a value, with the line breaks behind it. */
  readonly isJson?: boolean;
}

interface ModelRecord {
  type: string;
  readonly props: Map<string, string>;
}

const silent: Expected = { exit: 0, stdout: "" };
const missing: Expected = { exit: 1, stdout: "" };
const refused: Expected = { exit: 3, stdout: "" };

const byBytes = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));
const lines = (all: readonly string[]): Expected =>
  all.length === 0 ? missing : { exit: 0, stdout: all.map((line) => `${line}\n`).join("") };

/** A database as a plain map: what the verbs must do, written again and as simply as possible. */
export class ModelDatabase {
  private records = new Map<string, ModelRecord>();
  private readonly past = new Map<number, string>([[0, "[]"]]);
  private revision = 0;

  /** All records, for comparing and for remembering. */
  get state(): string {
    return JSON.stringify(this.sorted().map(([key, { type, props }]) => [key, type, this.pairs(props)]));
  }

  get newestRevision(): number {
    return this.revision;
  }

  keys(): string[] {
    return this.sorted().map(([key]) => key);
  }

  /** Carries out one verb as one transaction. */
  run(verb: string, args: readonly string[]): Expected {
    const before = this.state;
    const expected = verb === "batch" ? this.batch(args) : this.verb(verb, args);
    if (expected.exit !== 0) this.restore(before);
    else if (this.state !== before || this.hasPassed) this.past.set(++this.revision, this.state);
    this.hasPassed = false;
    return expected;
  }

  /** Whether a batch went through another state, though it came back to where it was. */
  private hasPassed = false;

  /** Lines of words; the expected outcome of the first that fails, else success. */
  private batch(lineTexts: readonly string[]): Expected {
    for (const text of lineTexts) {
      const [verb = "", ...args] = JSON.parse(text) as string[];
      const before = this.state;
      const { exit } = this.verb(verb, args);
      if (exit !== 0) return { exit, stdout: "" };
      if (this.state !== before) this.hasPassed = true;
    }
    return silent;
  }

  private verb(verb: string, args: readonly string[]): Expected {
    const [key = "", ...rest] = args;
    const record = this.records.get(key);
    switch (verb) {
      case "keys":
        return lines(this.keys());
      case "print":
        return lines(this.chosen(args).map(([name, found]) => `${name}=${this.barred(found)}`));
      case "get":
        return lines(this.chosen(args).map(([, found]) => this.barred(found)));
      case "show":
        return lines(
          this.chosen(args).flatMap(([name, { type, props }]) => [
            `${name}=${type}`,
            ...this.pairs(props).map(([property, value]) => `    ${property}=${value}`),
          ]),
        );
      case "printtype":
        return lines(this.chosen(args).map(([name, { type }]) => `${name}=${type}`));
      case "gettype":
        return lines(record === undefined ? [] : [record.type]);
      case "getprop": {
        const value = rest[0] === "type" ? record?.type : record?.props.get(rest[0] ?? "");
        return lines(value === undefined ? [] : [value]);
      }
      case "printprop": {
        if (record === undefined) return rest.length === 0 ? missing : silent;
        const wanted = this.pairs(record.props).filter(([name]) => rest.length === 0 || rest.includes(name));
        return { exit: 0, stdout: wanted.map(([name, value]) => `${name}=${value}\n`).join("") };
      }
      case "getjson":
      case "printjson":
        return { exit: 0, stdout: JSON.stringify(this.json(args)), isJson: true };
      case "showjson":
        return { exit: 0, stdout: `${JSON.stringify(this.json(args), null, 3)}\n\n`, isJson: true };
      default:
        return this.change(verb, args);
    }
  }

  private change(verb: string, [key = "", ...rest]: readonly string[]): Expected {
    const record = this.records.get(key);
    switch (verb) {
      case "set":
        return this.replace(key, rest);
      case "setdefault":
        if (rest.length % 2 === 0) return refused;
        return record === undefined ? this.replace(key, rest) : silent;
      case "setjson":
        return this.setJson(
          JSON.parse(key) as { name: string; type: string; props?: Record<string, string> }[],
        );
      case "settype":
        if (record === undefined) return missing;
        if (!isName(rest[0])) return refused;
        record.type = rest[0];
        return silent;
      case "setprop": {
        if (rest.length % 2 === 1) return refused;
        if (record === undefined) return missing;
        const props = pairsOf(rest);
        const type = props.get("type") ?? record.type;
        props.delete("type");
        if (!isName(type) || !areProps(props)) return refused;
        record.type = type;
        for (const [name, value] of props) record.props.set(name, value);
        return silent;
      }
      case "delprop":
        if (rest.includes("type")) return refused;
        for (const name of rest) record?.props.delete(name);
        return silent;
      case "delete":
        return this.records.delete(key) ? silent : missing;
      case "rollback": {
        const then = this.past.get(Number(key));
        if (then === undefined) return missing;
        this.restore(then);
        return silent;
      }
      default:
        throw new Error(`the model has no verb ${verb}`);
    }
  }

  private replace(key: string, [type = "", ...rest]: readonly string[]): Expected {
    if (rest.length % 2 === 1) return refused;
    const props = pairsOf(rest);
    if (!isName(key) || !isName(type) || props.has("type") || !areProps(props)) return refused;
    this.records.set(key, { type, props });
    return silent;
  }

  private setJson(all: readonly { name: string; type: string; props?: Record<string, string> }[]): Expected {
    for (const { name, type, props = {} } of all) {
      const before = this.state;
      const outcome = this.replace(name, [type, ...Object.entries(props).flat()]);
      if (outcome.exit !== 0) return outcome;
      if (this.state !== before) this.hasPassed = true;
    }
    return silent;
  }

  private restore(state: string): void {
    const rows = JSON.parse(state) as [string, string, [string, string][]][];
    this.records = new Map(rows.map(([key, type, props]) => [key, { type, props: new Map(props) }]));
  }

  private json([key]: readonly string[]): unknown {
    const all = this.sorted().map(([name, { type, props }]) =>
      props.size === 0 ? { name, type } : { name, type, props: Object.fromEntries(props) },
    );
    return key === undefined ? all : (all.find(({ name }) => name === key) ?? 1);
  }

  private chosen([key]: readonly string[]): [string, ModelRecord][] {
    return key === undefined ? this.sorted() : this.sorted().filter(([name]) => name === key);
  }

  private sorted(): [string, ModelRecord][] {
    return [...this.records].sort(([left], [right]) => byBytes(left, right));
  }

  private pairs(props: ReadonlyMap<string, string>): [string, string][] {
    return [...props].sort(([left], [right]) => byBytes(left, right));
  }

  private barred({ type, props }: ModelRecord): string {
    return [type, ...this.pairs(props).flat()].join("|");
  }
}

function pairsOf(fields: readonly string[]): Map<string, string> {
  const props = new Map<string, string>();
  for (let at = 0; at < fields.length; at += 2) props.set(fields[at] ?? "", fields[at + 1] ?? "");
  return props;
}

const isText = (text: string): boolean => !/[\0\n\r]/.test(text);
const isName = (text: string | undefined): text is string =>
  text !== undefined && text !== "" && isText(text);
const areProps = (props: ReadonlyMap<string, string>): boolean =>
  [...props].every(([name, value]) => isName(name) && isText(value));
