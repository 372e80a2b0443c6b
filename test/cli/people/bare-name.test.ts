import { expect, it } from "vitest";
import { runCli, temporaryRoot } from "../run-cli.ts";

it("sync USER is sync run USER; a verb that is mistyped is none's name", async () => {
  const root = temporaryRoot();
  const sync = async (...words: string[]) => {
    const { exit, stdout, stderr } = await runCli("mailwright", ["sync", ...words], { root });
    return `${exit} ${stdout}${stderr}`;
  };
  expect(await sync("john")).toMatch(/^1 mailwright sync: .*john/);
  expect(await sync("john")).toBe(await sync("run", "john"));
  expect(await sync("john", "--force")).toBe(await sync("run", "john", "--force"));
  expect(await sync("lits")).toMatch(/^3 mailwright sync: there is no verb lits. Did you mean list\?/);
  expect(await sync()).toMatch(/what is to be done\?/);
  expect(await sync("--help")).toMatch(/^0 mailwright sync: /);
});
