/** Boots the mail server that most scenarios ask: domain.org and example.com, with users and without the filter. */
import { debPath, rootCache } from "../places.ts";
import { apply } from "./administrator.ts";
import { type Container, startContainer } from "./container.ts";

/** Of every user. */
export const password = "Secret-1";

/** Boots it with these users of domain.org. What is prepared is there before the first event. */
export async function bootMailServer(
  users: readonly string[],
  prepare: (container: Container) => Promise<void> = async () => {},
): Promise<Container> {
  const container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
  const type = (...argv: string[]): Promise<string> => container.must(argv);
  await type("config", "set", "DomainName", "domain.org");
  await type("config", "setprop", "rspamd", "status", "disabled");
  // It would have mail wait for signatures.
  await type("config", "setprop", "clamd@rspamd", "status", "disabled");
  await type("db", "domains", "set", "example.com", "domain");
  const hash = (await type("doveadm", "pw", "-s", "SHA512-CRYPT", "-p", password)).trim();
  for (const name of users)
    await type("db", "accounts", "set", `${name}@domain.org`, "user", "PasswordHash", hash);
  await prepare(container);
  await type("signal-event", "nethserver-mail-server-update");
  await type("signal-event", "nethserver-mail-filter-save");
  await apply(container);
  return container;
}
