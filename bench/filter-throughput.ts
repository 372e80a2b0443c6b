/**
 * How many messages a second pass Postfix and the filter from outside, with our configuration and with the one that
 * Rspamd's package brings, to which only Postfix is connected. Both run beside each other in a container of the
 * scenarios, and get their messages by turns, so that a busy machine slows each alike. Without the antivirus, which is
 * as quick as its scanner. What Postfix has taken is discarded, so that no delivery is measured.
 */
import { readFileSync } from "node:fs";
import { type Container, startContainer } from "../test/e2e/container/container.ts";
import { debPath, rootCache } from "../test/e2e/places.ts";
import { median } from "./measure.ts";

const client = readFileSync(new URL("./filter-client.py", import.meta.url), "utf8");
const turns = Number(process.env["BENCH_TURNS"] ?? 11);
const messages = 180;
const parallel = 6;
/** Our rate over that of the package's configuration. */
const limit = 0.8;

const shippedFolder = "/etc/rspamd-shipped";
/** What must be other than in the package, as two run beside each other: the ports. */
const ports: Readonly<Record<string, string>> = {
  "worker-normal.inc": 'bind_socket = "127.0.0.1:11343";\n',
  "worker-controller.inc": 'bind_socket = "127.0.0.1:11344";\n',
  "worker-proxy.inc": 'bind_socket = "127.0.0.1:11342";\nupstream "local" { hosts = "127.0.0.1:11343"; }\n',
};

/** A port of Postfix for each filter. */
const [ours, shipped] = [
  { port: 2601, milter: "inet:127.0.0.1:11332" },
  { port: 2602, milter: "inet:127.0.0.1:11342" },
];

/** All that can be switched on without a signature or another program. */
const features = [
  ["SpamGreyLevel", "5"],
  ["SpamSubjectPrefixStatus", "enabled"],
  ["QuarantineStatus", "enabled"],
  ["QuarantineAccount", "spam"],
  ["BlockAttachmentClassList", "Exec,Arch"],
  ["BlockAttachmentCustomStatus", "enabled"],
  ["SenderBlackList", "blocked.example.net"],
  ["SenderWhiteList", "allowed.example.net"],
].flat();

const container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
try {
  await setUp(container);
  const rates = { ours: [] as number[], shipped: [] as number[] };
  for (let turn = -1; turn < turns; turn++) {
    const [first, second] = turn % 2 === 0 ? [ours, shipped] : [shipped, ours];
    const measured = new Map([
      [first.port, await rate(first.port)],
      [second.port, await rate(second.port)],
    ]);
    if (turn < 0) continue;
    rates.ours.push(measured.get(ours.port) ?? Number.NaN);
    rates.shipped.push(measured.get(shipped.port) ?? Number.NaN);
  }
  await container.must(["config", "setprop", "rspamd", ...features]);
  await container.must(["mailwright", "apply"]);
  await connectFilters(container);
  await rate(ours.port);
  const all: number[] = [];
  for (let turn = 0; turn < Math.ceil(turns / 2); turn++) all.push(await rate(ours.port));
  const ratio = median(rates.ours.map((value, turn) => value / (rates.shipped[turn] ?? Number.NaN)));
  tell("our configuration", rates.ours);
  tell("the package's configuration", rates.shipped);
  tell("ours, with greylisting, quarantine, rules and all attachment checks", all);
  const isMet = ratio >= limit;
  console.log(
    `\nours / the package's ${ratio.toFixed(2)}  (at least ${limit.toFixed(1)}) ${isMet ? "ok" : "MISSED"}`,
  );
  process.exitCode = isMet ? 0 : 1;
} finally {
  await container.stop();
}

function tell(name: string, values: readonly number[]): void {
  console.log(`${name.padEnd(70)} ${median(values).toFixed(0).padStart(5)} messages a second`);
}

/** Messages a second through the filter behind a port, from the host outside. */
async function rate(port: number): Promise<number> {
  const argv = ["python3", "/usr/local/lib/filter-client.py", "192.0.2.1", port, messages, parallel];
  const { stdout, stderr } = await container.outside.run(argv.map(String));
  const { accepted, seconds } = stdout === "" ? { accepted: 0, seconds: 0 } : JSON.parse(stdout);
  if (accepted !== messages) throw new Error(`only ${accepted} of ${messages} were accepted\n${stderr}`);
  return accepted / seconds;
}

async function setUp({ must, write }: Container): Promise<void> {
  await must(["cp", "-a", "/etc/rspamd", shippedFolder]);
  for (const [name, text] of Object.entries(ports)) await write(`${shippedFolder}/local.d/${name}`, text);
  const folders = ["RuntimeDirectory", "StateDirectory", "LogsDirectory"];
  const variables = {
    CONFDIR: shippedFolder,
    LOCAL_CONFDIR: shippedFolder,
    DBDIR: "/var/lib/rspamd-shipped",
    RUNDIR: "/run/rspamd-shipped",
    LOGDIR: "/var/log/rspamd-shipped",
  };
  const unit = ["User=_rspamd", ...folders.map((name) => `${name}=rspamd-shipped`)];
  await must([
    ...[
      "systemd-run",
      "--quiet",
      "--unit=rspamd-shipped",
      ...unit.map((property) => `--property=${property}`),
    ],
    ...["rspamd", "-f", "-c", `${shippedFolder}/rspamd.conf`],
    ...Object.entries(variables).map(([name, value]) => `--var=${name}=${value}`),
  ]);
  await write("/usr/local/lib/filter-client.py", client);
  await must(["config", "set", "DomainName", "domain.org"]);
  for (const name of ["john", "spam"]) await must(["db", "accounts", "set", `${name}@domain.org`, "user"]);
  await must(["config", "setprop", "rspamd", "VirusCheckStatus", "disabled"]);
  await must(["signal-event", "nethserver-mail-server-update"]);
  await must(["signal-event", "nethserver-mail-filter-update"]);
  await must(["mailwright", "apply"]);
  await connectFilters(container);
}

/** Opens a port for each filter, and waits until both scan. */
async function connectFilters({ must, outside }: Container): Promise<void> {
  for (const { port, milter } of [ours, shipped]) {
    await must(["postconf", "-M", `${port}/inet=${port} inet n - n - - smtpd`]);
    await must(["postconf", "-P", `${port}/inet/smtpd_milters=${milter}`]);
  }
  await must(["postconf", "-e", "transport_maps=static:discard:"]);
  await must(["postfix", "reload"]);
  const limit = Date.now() + 60_000;
  for (const { port } of [ours, shipped]) {
    const argv = ["python3", "/usr/local/lib/filter-client.py", "192.0.2.1", String(port), "3", "1"];
    while (!(await outside.run(argv)).stdout.includes('"accepted": 3')) {
      if (Date.now() > limit) throw new Error(`the filter behind port ${port} does not answer`);
    }
  }
}
