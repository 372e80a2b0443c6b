import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Container, startContainer } from "../container/container.ts";
import { rootCache } from "../places.ts";
import { checkReadBack } from "./breakout.ts";
import { readers } from "./readers.ts";
import { nastyValues, randomValues, randomWords } from "./values.ts";

/** Another seed tries other values: MAILWRIGHT_E2E_SEED=2. */
const seed = Number(process.env["MAILWRIGHT_E2E_SEED"] ?? "1");
const values = [...new Set([...nastyValues(), ...randomValues(500, seed), ...randomWords(200, seed)])];

describe("values do not break out of a file: the real programs read back what was written", () => {
  let container: Container;
  let installed: ReadonlySet<string>;

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root` });
    const list = await container.must([
      "dpkg-query",
      "-W",
      "-f",
      "$\u007bPackage} $\u007bdb:Status-Status}\\n",
    ]);
    installed = new Set(list.split("\n").flatMap((line) => /^(\S+) installed$/.exec(line)?.[1] ?? []));
  });
  afterAll(() => container?.stop());

  test.for(readers)("$syntax $variant $place", async (reader, { skip }) => {
    const missing = reader.packages.filter((name) => !installed.has(name));
    if (missing.length > 0) skip(`not in the container's root: ${missing.join(", ")}`);
    const { mismatches, written } = await checkReadBack(reader, values, container);
    expect(mismatches).toEqual([]);
    expect(written).toBeGreaterThan(0);
  });
});
