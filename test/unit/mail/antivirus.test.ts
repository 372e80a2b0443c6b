import { describe, expect, it } from "vitest";
import { antivirus } from "../../../src/mail/antivirus.ts";
import { filterTimes } from "../../../src/mail/filter-times.ts";
import { settings } from "./some-settings.ts";

type Props = Readonly<Record<string, string>>;

const filter = (props: Props = {}, scanner: Props = {}) =>
  settings({}, {}, { "rspamd service": props, "clamd@rspamd service": scanner });

/** A client waits 10 minutes for the answer to its message (RFC 5321, 4.5.3.2.6). */
const clientTime = 600;

describe("the times of the filter", () => {
  const times = (seconds: number) => filterTimes(filter({ VirusScanTimeout: String(seconds) }));

  it.each([1, 89, 90, 259, 260, 261, 549, 550, 551, 600])(
    "for a scanner of %i s each outlasts the one within",
    (seconds) => {
      const { scan, task, milter } = times(seconds);
      expect(scan).toBeLessThanOrEqual(seconds);
      expect(task).toBeGreaterThanOrEqual(scan + 30);
      expect(milter).toBeGreaterThan(task);
      expect(milter).toBeLessThan(clientTime);
    },
  );

  it("the scanner gets what it is given, but for the last minute of a client's patience", () => {
    expect([1, 90, 550, 551, 600].map((seconds) => times(seconds).scan)).toEqual([1, 90, 550, 550, 550]);
  });

  it("Postfix waits no less than it does by itself", () => {
    expect(times(1)).toEqual({ scan: 1, task: 31, milter: 300 });
    expect(filterTimes(filter())).toEqual({ scan: 90, task: 120, milter: 300 });
    expect(times(600)).toEqual({ scan: 550, task: 580, milter: 590 });
  });
});

describe("the virus scanner", () => {
  it("is asked unless filter, check or scanner is disabled", () => {
    expect(antivirus(filter()).active).toBe(true);
    expect(antivirus(filter({ status: "disabled" })).active).toBe(false);
    expect(antivirus(filter({ VirusCheckStatus: "disabled" })).active).toBe(false);
    expect(antivirus(filter({}, { status: "disabled" })).active).toBe(false);
    expect(antivirus(filter({ SpamCheckStatus: "disabled" })).active).toBe(true);
  });

  it("takes what it is given and a line more, unpacks four times as much, and gives up last", () => {
    expect(antivirus(filter())).toMatchObject({
      ...{ action: "reject", largest: 20_000_000, stream: 20_001_000, unpacked: 104_857_600 },
      ...{ timeout: 90, scannerTimeout: 95_000, onlyAttachments: false, defers: true },
    });
    expect(antivirus(filter({ VirusScanSize: "50000000" }))).toMatchObject({ unpacked: 200_000_000 });
  });

  it("is given nothing from 2 GiB on, whatever VirusScanSize says", () => {
    const { largest, stream, unpacked } = antivirus(filter({ VirusScanSize: "99999999999" }));
    expect([largest, stream, unpacked]).toEqual([2 ** 31 - 1001, 2 ** 31 - 1, 2 ** 31 - 1]);
  });

  it("other answers are as they are set", () => {
    const set = {
      VirusAction: "rewrite_subject",
      VirusScanOnlyAttachment: "true",
      VirusScanSoftReject: "disabled",
    };
    expect(antivirus(filter(set))).toMatchObject({
      ...{ action: "rewrite subject", onlyAttachments: true, defers: false },
    });
  });
});
