import { byBytes } from "../system/byte-order.ts";

/**
 * The properties of one record, from an object as JSON. Of many thousand records most are asked for two or three
 * properties, and many for none: an object takes a third of a Map's room, and is made when it is needed.
 */
export class JsonProps implements ReadonlyMap<string, string> {
  private parsed: Readonly<Record<string, string>> | undefined;
  private json: string;

  constructor(json: string) {
    this.json = json;
  }

  get(name: string): string | undefined {
    const props = this.props();
    return Object.hasOwn(props, name) ? props[name] : undefined;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.props(), name);
  }

  get size(): number {
    return Object.keys(this.props()).length;
  }

  /** In no order, which costs less than the byte order of the others. */
  forEach(each: (value: string, name: string, map: ReadonlyMap<string, string>) => void): void {
    const props = this.props();
    for (const name in props) each(props[name] ?? "", name, this);
  }

  entries(): MapIterator<[string, string]> {
    return this.sorted().entries();
  }

  keys(): MapIterator<string> {
    return this.sorted().keys();
  }

  values(): MapIterator<string> {
    return this.sorted().values();
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  private props(): Readonly<Record<string, string>> {
    if (this.parsed === undefined) {
      this.parsed = JSON.parse(this.json) as Record<string, string>;
      this.json = "";
    }
    return this.parsed;
  }

  /** In UTF-8 byte order of the names; an object has another one for names that are numbers. */
  private sorted(): Map<string, string> {
    const pairs = Object.entries(this.props());
    return new Map(pairs.sort(([left], [right]) => byBytes(left, right)));
  }
}
