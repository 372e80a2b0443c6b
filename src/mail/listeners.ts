import { listItems } from "../catalogue/notation.ts";
import type { Settings } from "./settings.ts";

/** A line of master.cf that accepts mail from the network. */
interface Listener {
  /** A port, or its name in services(5). */
  readonly service: string;
  /** How many processes there may be; `-` is Postfix's default_process_limit. */
  readonly processes: string;
}

/** The ports of SMTP, by what is asked of their clients. */
interface Listeners extends Readonly<Record<string, unknown>> {
  /** For other servers: port 25, and every port that is none of the others'. */
  readonly exchange: readonly Listener[];
  /** For logins, TLS by STARTTLS (RFC 6409): port 587. */
  readonly submission: readonly Listener[];
  /** For logins, TLS from the first byte (RFC 8314, 3.3): port 465. */
  readonly submissions: readonly Listener[];
  /** Whether those of `exchange` take logins too, once there is TLS. */
  readonly takesLogins: boolean;
}

/** Names that Debian's services(5) has. */
const names: Readonly<Record<string, string>> = { 25: "smtp", 465: "submissions", 587: "submission" };

/** The listener for this machine's own services, which is none of the public ones. */
const internal = "10025";

export function listeners(settings: Settings): Listeners {
  const prop = (name: string): string => settings.prop("configuration", "postfix", name) ?? "";
  const limit = prop("ConnectionsLimit");
  const processes = limit === "0" || limit === "" ? "-" : limit;
  const ports = [...new Set(listItems(prop("TCPPorts")))].filter((port) => port !== internal);
  const of = (isMeant: (port: string) => boolean): Listener[] =>
    ports.filter(isMeant).map((port) => ({ service: names[port] ?? port, processes }));
  return {
    exchange: of((port) => port !== "465" && port !== "587"),
    submission: of((port) => port === "587"),
    submissions: of((port) => port === "465"),
    takesLogins: listItems(prop("AccessPolicies")).includes("smtpauth"),
  };
}
