import { expect, it } from "vitest";
import { fileName } from "../../../src/mail/file-name.ts";

it("a key is one file's name, which leaves no folder, and no two keys have one", () => {
  expect(fileName("jd@isp.net@pop.isp.net")).toBe("jd@isp.net@pop.isp.net");
  expect(fileName("../x")).toBe("%2E.%2Fx");
  expect(fileName(".")).toBe("%2E");
  expect(fileName("a b%é")).toBe("a%20b%25%C3%A9");
  const long = [fileName("é".repeat(300)), fileName(`${"é".repeat(299)}e`)];
  expect(new Set(long).size).toBe(2);
  for (const name of long) expect(name).toMatch(/^%%[0-9a-f]{64}$/);
});
