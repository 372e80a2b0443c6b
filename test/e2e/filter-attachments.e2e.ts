import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { type Container, startContainer } from "./container/container.ts";
import { imapMessages, type Mail, mainPid, smtpSend, waitFor } from "./container/mail.ts";
import { contentsOf, setUpMailServer } from "./container/mail-server.ts";
import { expectedVerdicts, makeShapes, readShape, scanMutants, scanShapes } from "./container/mime.ts";
import { debPath, rootCache } from "./places.ts";

const john = "john@domain.org";
const login = { port: 587, tls: "starttls", user: "john", password: "Secret-john", from: john } as const;
const expected = expectedVerdicts();

describe("D3 attachments", () => {
  let container: Container;
  let workers: readonly string[] = [];

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const setRspamd = async (...properties: string[]): Promise<void> => {
    await type("config", "setprop", "rspamd", ...properties);
    await apply(container);
    workers = [];
  };
  const workersNow = async () =>
    (await type("pgrep", "-P", String(await mainPid(container, "rspamd")))).trim().split("\n");
  /** Rspamd's verdicts once `probe` is judged by the new settings; from then on no worker takes another's place. */
  const scan = async (probe: string, verdict: string) => {
    if (workers.length === 0) {
      await waitFor(async () => (await scanShapes(container, probe)).verdicts[probe] === verdict, 60);
      workers = await workersNow();
    }
    const scanned = await scanShapes(container);
    expect(workers).toEqual(expect.arrayContaining(await workersNow()));
    return scanned;
  };
  const send = async (shape: string, mail: Partial<Mail> = {}): Promise<string> => {
    const data = await readShape(container, shape);
    const answer = await smtpSend(container, { from: "bulk@outside.example.net", to: [john], data, ...mail });
    return `${answer.last.code} ${answer.last.text}`;
  };

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await setUpMailServer(container);
    await makeShapes(container);
  });
  afterAll(() => container?.stop());

  test("are known by what they hold, in every shape of message, also in archives: Exec, which is the default", async () => {
    expect(Object.keys(expected.Exec ?? {}).length).toBeGreaterThan(60);
    const first = await scan("setup.exe", "setup.exe is an executable");
    expect(first.verdicts).toEqual(expected.Exec);
    const again = await scan("setup.exe", "setup.exe is an executable");
    expect(again.verdicts).toEqual(expected.Exec);
    expect(Math.max(first.longest, again.longest)).toBeLessThan(5);
  });

  test("that are broken at any place end no process, and none takes long", async () => {
    const { count, longest } = await scanMutants(container);
    expect(count).toBeGreaterThan(500);
    expect(longest).toBeLessThan(5);
    await scan("setup.exe", "setup.exe is an executable");
  });

  test("are refused at SMTP with 5xx, a text that names the file, and whoever sends them", async () => {
    const refused = "554 5.7.1 Attachment refused: ";
    const inside = { via: "inside", host: "127.0.0.1", from: "root@domain.org" } as const;
    expect(await send("photo.jpg")).toBe(`${refused}photo.jpg is an executable`);
    expect(await send("photo.jpg", login)).toBe(`${refused}photo.jpg is an executable`);
    expect(await send("photo.jpg", inside)).toBe(`${refused}photo.jpg is an executable`);
    expect(await send("deep.zip")).toBe(`${refused}photo.jpg in deep.zip is an executable`);
    expect(await send("content.7z")).toBe(`${refused}photo.jpg in content.7z is an executable`);
    expect(await send("name-rtl")).toBe(`${refused}photogpj.exe is an executable`);
    expect(await send("name-8bit")).toBe(`${refused}??t??.exe is an executable`);
    expect(await send("hidden.7z")).toBe(`${refused}hidden.7z cannot be looked into`);
    expect(await send("forwarded")).toBe(`${refused}photo.jpg is an executable`);
    for (const shape of ["setup.exe.txt", "clean.zip", "letter.docx", "MZ.txt", "alternative", "calendar"])
      expect(await send(shape, login)).toMatch(/^250 /);
    await waitFor(async () => (await delivered("MZ.txt")) && (await delivered("clean.zip")));
  });
  const delivered = async (subject: string): Promise<boolean> =>
    (await imapMessages(container, "john", "Secret-john")).some((mail) =>
      mail.includes(`Subject: ${subject}\n`),
    );

  test("BlockAttachmentClassList Exec,Arch refuses archives, and documents that are zip files, with SpamCheckStatus disabled as well", async () => {
    await setRspamd("BlockAttachmentClassList", "Exec,Arch", "SpamCheckStatus", "disabled");
    const { verdicts } = await scan("clean.zip", "clean.zip is an archive");
    expect(verdicts).toEqual(expected["Exec,Arch"]);
    expect(await send("letter.odt", login)).toBe("554 5.7.1 Attachment refused: letter.odt is an archive");
    await setRspamd("SpamCheckStatus", "enabled");
  });

  test("BlockAttachmentCustomList is compared with contents and names while BlockAttachmentCustomStatus is enabled", async () => {
    const list = "doc,odt,pdf,xlsm,htm,png";
    await setRspamd("BlockAttachmentClassList", "", "BlockAttachmentCustomList", list);
    expect(new Set(Object.values((await scan("setup.exe", "accepted")).verdicts))).toEqual(
      new Set(["accepted"]),
    );
    await setRspamd("BlockAttachmentCustomStatus", "enabled");
    const { verdicts } = await scan("old.doc", "old.doc is of the forbidden type doc");
    expect(verdicts).toEqual(expected[list]);
    expect(await send("paper.txt")).toBe(
      "554 5.7.1 Attachment refused: paper.txt is of the forbidden type pdf",
    );
  });

  test("BlockAttachmentStatus disabled lets all of them in, custom formats too", async () => {
    await setRspamd("BlockAttachmentClassList", "Exec,Arch", "BlockAttachmentStatus", "disabled");
    const { verdicts } = await scan("old.doc", "accepted");
    expect(new Set(Object.values(verdicts))).toEqual(new Set(["accepted"]));
    await setRspamd("BlockAttachmentStatus", "enabled");
    await scan("setup.exe", "setup.exe is an executable");
  });

  test("leave no complaint in the log, nothing in the queue, and events that run again change nothing", async () => {
    await queueIsEmpty(container);
    expect(await complaints(container)).toEqual([]);
    const logs = ["/var/log/rspamd/rspamd.log", "/var/log/mail.log"];
    const log = (await container.run(["cat", ...logs])).stdout;
    expect(log).toContain("FORBIDDEN_ATTACHMENT");
    expect(log.split("\n").filter((line) => /attachments: |lua.*(?:error|failed)/i.test(line))).toEqual([]);
    const before = await contentsOf(container);
    await type("signal-event", "nethserver-mail-filter-save");
    await apply(container);
    expect(await contentsOf(container)).toBe(before);
  });
});
