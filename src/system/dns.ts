import { promises } from "node:dns";
import type { Network } from "./system.ts";

/** Milliseconds for one try, and how many there are of each server. */
const patience = { timeout: 3000, tries: 2 };

/** What a resolver says where a name, or a record of the type, does not exist (RFC 1035, 4.1.1; RFC 2308, 2.2). */
const nothing = ["ENOTFOUND", "ENODATA"];

/** Asks the resolvers of /etc/resolv.conf. */
export const lookUp: Network["lookUp"] = async (name, type) => {
  const resolver = new promises.Resolver(patience);
  try {
    if (type === "TXT") return (await resolver.resolveTxt(name)).map((strings) => strings.join(""));
    return (await resolver.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${exchange}`);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return nothing.includes(code) ? [] : undefined;
  }
};
