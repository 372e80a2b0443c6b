import type { RuleRecord } from "../../catalogue/entry.ts";
import { refused } from "../../errors.ts";
import type { GivenOptions } from "../command.ts";
import { type Family, setOption } from "./family.ts";
import { assignment } from "./notations.ts";

/** Properties that are to be stored; `type` stands for the record's type. */
export type Props = Map<string, string>;

/** What the options stand for, in their order, each over what those before it have made of the record. Pure. */
export function givenProps(family: Family, given: GivenOptions, record: RuleRecord): Props {
  refuseContradictions(family, given, record);
  const props: Props = new Map();
  const current: RuleRecord = {
    ...record,
    prop: (name) => props.get(name) ?? record.prop(name),
  };
  for (const [name, value] of given) {
    const option = family.options.find((known) => known.name === name);
    const stored = option?.stores(value, current) ?? {};
    for (const [property, text] of Object.entries(stored)) props.set(property, text);
    if (name === setOption.name) props.set(...assignment(value));
  }
  return props;
}

/** Of two switches of one property, and of an option and its `--no-`, the later would win without a word. */
function refuseContradictions(family: Family, given: GivenOptions, record: RuleRecord): void {
  const options = family.options.filter(({ name }) => given.some(([own]) => own === name));
  for (const one of options.filter(({ value }) => value === undefined)) {
    const stored = one.stores("", record);
    const other = options.find(
      (option) =>
        `no-${option.name}` === one.name ||
        (option.value === undefined &&
          Object.entries(option.stores("", record)).some(
            ([property, text]) => text !== (stored[property] ?? text),
          )),
    );
    if (other === undefined) continue;
    throw refused(`--${other.name} and --${one.name} contradict each other`, "USAGE", "Nothing was stored.");
  }
}
