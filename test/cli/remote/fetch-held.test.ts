import { beforeEach, describe, expect, it, vi } from "vitest";
import { MailwrightError } from "../../../src/errors.ts";
import { runCli, temporaryRoot } from "../run-cli.ts";

const held = new MailwrightError("b is fetched from already, by the timer or by hand", {
  ...{ code: "LOCKED", exit: 6, hint: "Nothing was touched" },
});

vi.mock("../../../src/commands/remote/fetch-account.ts", () => {
  const unlessHeld = <T>(key: string, result: T): Promise<T> =>
    key === "b" ? Promise.reject(held) : Promise.resolve(result);
  const run = { started: 0, ended: 0, delivered: 2, spam: 0, refused: 0, kept: 0 };
  return {
    fetchAccount: (_system: unknown, { key }: { key: string }) => unlessHeld(key, run),
    tryLogin: (_system: unknown, { key }: { key: string }) => unlessHeld(key, undefined),
  };
});

describe("an account that the timer is at", () => {
  let root: string;

  beforeEach(async () => {
    root = temporaryRoot();
    const props = ["Account", "john", "Server", "isp.net", "Username", "jd"];
    for (const key of ["a", "b", "c"])
      await runCli("db", ["getmail", "set", key, "getmail", ...props], { root });
  });

  const fetched = async (...args: string[]) => {
    const { exit, stdout, stderr } = await runCli("mailwright", ["fetch", ...args], {
      root,
    });
    return { exit, lines: stdout.split("\n").filter((line) => line !== ""), stderr };
  };

  it("is told by itself where it alone is meant", async () => {
    expect(await fetched("b")).toMatchObject({ exit: 6, lines: [] });
    expect(await fetched("b", "--test")).toMatchObject({ exit: 6, lines: [] });
  });

  it("keeps none of the others that are named, nor what is told of them, and is status 6", async () => {
    const { exit, lines } = await fetched("a", "b", "c");
    expect(exit).toBe(6);
    expect(lines).toEqual([
      "a: 2 delivered in 0 ms",
      ...["b: 0 delivered in 0 ms", `  ${held.message}`],
      "c: 2 delivered in 0 ms",
    ]);
    const logins = await fetched("a", "b", "c", "--test");
    expect(logins.exit).toBe(6);
    expect(logins.lines).toEqual(["a: the login works", `b: ${held.message}`, "c: the login works"]);
  });

  it("is no failure of all", async () => {
    expect(await fetched("--all")).toMatchObject({ exit: 0 });
    expect(await fetched("--all", "--test")).toMatchObject({ exit: 0 });
  });
});
