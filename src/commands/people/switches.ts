import type { Setting, Settings } from "../../mail/settings.ts";
import type { Family } from "./family.ts";
import type { Props } from "./given-props.ts";

/** A property of the configuration that is disabled, by default or not, and without which part of a record does nothing. */
interface Switch {
  readonly family: Family["name"];
  readonly key: string;
  readonly property: string;
  /** What is so while it is disabled. */
  readonly off: string;
  /** That of the mailboxes where not given. */
  readonly event?: string;
  /** Whether a change to these properties asks for what is off; `before`: the record that is changed. */
  asks(props: Props, before?: Setting): boolean;
}

const switches: readonly Switch[] = [
  {
    ...{ family: "group", key: "postfix", property: "DynamicGroupAlias", off: "groups have no addresses" },
    asks: (props, before) =>
      (props.get("MailStatus") ?? before?.prop("MailStatus")) !== "disabled" &&
      (before === undefined || ["Members", "MailStatus", "MailAccess"].some((name) => props.has(name))),
  },
  {
    ...{
      family: "user",
      key: "dovecot",
      property: "QuotaStatus",
      off: "quota is disabled: no limit is kept",
    },
    asks: (props) => props.get("MailQuotaType") === "custom",
  },
  {
    ...{ family: "domain", key: "rspamd", property: "status", off: "the filter is off: nothing is signed" },
    event: "nethserver-mail-filter-save",
    asks: (props) => props.get("OpenDkimStatus") === "enabled",
  },
];

/** What does nothing of what is stored, and how it is switched on. */
export function switchedOff(settings: Settings, family: Family, props: Props, before?: Setting): string[] {
  return switches
    .filter((one) => one.family === family.name && one.asks(props, before) && isOff(settings, one))
    .map(
      ({ key, property, off, event = "nethserver-mail-server-save" }) =>
        `${off}. To switch it on: config setprop ${key} ${property} enabled; signal-event ${event}`,
    );
}

/** Whether no group has an address, whatever its record says. */
export function hasNoGroupAddresses(settings: Settings): boolean {
  return switches.some((one) => one.family === "group" && isOff(settings, one));
}

function isOff(settings: Settings, { key, property }: Switch): boolean {
  return settings.prop("configuration", key, property) !== "enabled";
}
