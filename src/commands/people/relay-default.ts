import { ExitCode } from "../../exit-codes.ts";
import { columns } from "../../format/table.ts";
import type { Handler } from "../command.ts";
import { openSettings } from "../open-settings.ts";
import { defaultRelay } from "./relay-family.ts";
import { modify } from "./store-handlers.ts";

/** Changes the default relay host where options say what, else shows it, without its password. */
export const relayDefault: Handler = (context, args, options, given) => {
  const changes = [...defaultRelay.options.map(({ name }) => name), "password-stdin"];
  if (given.some(([name]) => changes.includes(name)))
    return modify(defaultRelay)(context, ["postfix", ...args], options, given);
  return openSettings(context, (settings) => {
    const prop = (name: string): string =>
      settings.prop("configuration", "postfix", `SmartHost${name}`) ?? "";
    const data = {
      status: prop("Status"),
      host: prop("Name"),
      port: prop("Port"),
      username: prop("Username"),
      tls: prop("TlsStatus"),
      hasPassword: prop("Password") !== "",
    };
    const { hasPassword, ...shown } = data;
    const rows = [...Object.entries(shown), ["password", hasPassword ? "stored" : "none"]];
    return { exit: ExitCode.done, data, view: () => columns(rows) };
  });
};
