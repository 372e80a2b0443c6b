import type { RuleRecord } from "../../catalogue/entry.ts";
import type { GivenOptions } from "../command.ts";
import { type Family, setOption } from "./family.ts";
import { assignment } from "./notations.ts";

/** Properties that are to be stored; `type` stands for the record's type. */
export type Props = Map<string, string>;

/** What the options stand for, in their order, each over what those before it have made of the record. Pure. */
export function givenProps(family: Family, given: GivenOptions, record: RuleRecord): Props {
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
