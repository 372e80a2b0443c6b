import { describe, expect, it } from "vitest";
import { runCli, temporaryRoot } from "../run-cli.ts";

describe("mailwright fetch", () => {
  it.each([
    [[], "from which account?"],
    [["--test"], "from which account?"],
    [["jd", "--all"], "which of them?"],
    [["jd", "--due"], "which of them?"],
    [["--all", "--due"], "which of them?"],
    [["--due", "--test"], "which of them?"],
  ])("refuses %j, and fetches nothing", async (args, said) => {
    const { exit, stdout, stderr } = await runCli("mailwright", ["fetch", ...args], {
      root: temporaryRoot(),
    });
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toContain(said);
    expect(stderr).toContain("accepted: ");
  });

  it("tells how to enable an account, whatever its name", async () => {
    const root = temporaryRoot();
    const props = ["Account", "john", "Server", "isp.net", "Username", "jd", "status", "disabled"];
    await runCli("db", ["getmail", "set", "j d's", "getmail", ...props], { root });
    const { stderr } = await runCli("mailwright", ["fetch", "j d's"], { root });
    expect(stderr).toContain(`enable it: mailwright connector modify 'j d'\\''s' --enable`);
  });
});
