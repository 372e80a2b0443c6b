/** Values that go through a property and its event into a file, and what the daemons read there. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Container, startContainer } from "../container/container.ts";
import { debPath, rootCache } from "../places.ts";
import { textList } from "./breakout.ts";
import { program } from "./places.ts";
import { nastyValues, randomValues } from "./values.ts";

/** A property whose value an event writes into a file, and how the daemon tells what it read there. */
export interface Place {
  readonly title: string;
  readonly event: string;
  /** Stores the value; the catalogue is told to take what it would refuse. */
  store(value: string): readonly string[];
  readonly file: string;
  /** Whether the place is made for such a value; all values unless given. */
  takes?(value: string): boolean;
  /** What the real parser reads back. */
  read(container: Container, value: string): Promise<string | undefined>;
  /** What it must read for a value; the value itself unless given. */
  expected?(value: string): string;
}

const seed = Number(process.env["MAILWRIGHT_E2E_SEED"] ?? "1");
// A process cannot be given a NUL, and half a character is no UTF-8: those are tried by the unit tests.
const values = pick([...nastyValues(), ...randomValues(200, seed)], 48).filter(
  (value) => !/[\0\p{Cs}]/u.test(value) && value.length < 100_000,
);

/** By it the catalogue takes what it would refuse. */
export const force = ["config", "--force"];

/** What Postfix's own library makes of a text; `postconf` shows tabs as blanks. */
export async function asked(
  container: Container,
  question: string,
  text: string,
): Promise<string | undefined> {
  const ask = await program(container, "postfix-library.py");
  const input = JSON.stringify([text]);
  const argv = ["env", "MAIL_CONFIG=/etc/postfix", "python3", ask, question];
  return textList(await container.must(argv, { input }))[0];
}

/** The scenario of these places, on a machine of its own. */
export function valuesGoThrough(places: readonly Place[]): void {
  describe("values in the properties of this version's templates, through the event, read by the daemons", () => {
    let container: Container;

    beforeAll(async () => {
      container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
      await container.must(["config", "set", "DomainName", "domain.org"]);
      for (const event of ["nethserver-mail-server-update", "nethserver-mail-filter-update"]) {
        await container.must(["signal-event", event]);
      }
    });
    afterAll(() => container?.stop());

    test.for(places)("$title", { timeout: 600_000 }, async (place) => {
      onTestFinished(async () => {
        // Whatever happened, the next place starts well.
        await container.must(place.store(ordinary(place)));
        await container.must(["signal-event", "--service-manager", "none", place.event]);
      });
      let written = 0;
      let stopped = 0;
      let unstorable = 0;
      for (const value of values.filter((one) => place.takes?.(one) ?? true)) {
        const before = await container.read(place.file);
        const stored = await container.run(place.store(value));
        if (stored.exit !== 0) {
          // What is no text on one line is refused even with --force.
          expect(stored.exit, JSON.stringify(value)).toBe(3);
          unstorable++;
          continue;
        }
        const outcome = await container.run(["signal-event", "--service-manager", "none", place.event]);
        if (outcome.exit === 0) {
          const expected = place.expected?.(value) ?? value;
          const got = await place.read(container, value);
          expect(expected === "" ? "" : got, JSON.stringify({ value, got })).toBe(expected);
          written++;
        } else {
          expect([3, 4], `${JSON.stringify(value)} ${outcome.stderr}`).toContain(outcome.exit);
          expect(outcome.stderr).toMatch(/Nothing was (written|touched)/);
          expect(await container.read(place.file)).toBe(before);
          stopped++;
        }
      }
      console.log(
        `${place.title}: ${written} read back exactly, ${stopped} stopped the event, ${unstorable} not stored`,
      );
      expect(written + stopped).toBeGreaterThan(values.length / 3);
    });
  });
}

/** A value that the place certainly takes, so that the next test starts well. */
function ordinary({ title }: Place): string {
  if (title.includes("HeloHost")) return "mail.example.org";
  if (title.includes("SystemName")) return "mail";
  if (title.includes("QuarantineAccount")) return "admin@elsewhere.example";
  return title.includes("PasswordHash") ? "{SHA512-CRYPT}x" : "admin@domain.org";
}

/** As many values as asked for, spread over the whole list. */
function pick(all: readonly string[], count: number): string[] {
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, index) => index % step === 0);
}
