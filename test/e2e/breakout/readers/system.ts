import { type Machine, output, type Reader, type Written } from "../breakout.ts";
import { folder, lines, program } from "../places.ts";

/** Reads what argument-list.py noted. */
async function noted(machine: Machine, count: number): Promise<(string | undefined)[]> {
  const texts = new Map<number, string>();
  for (const line of lines(await output(machine, ["cat", `${folder}/noted`]))) {
    const entry: unknown = JSON.parse(line);
    if (Array.isArray(entry) && typeof entry[0] === "number" && typeof entry[1] === "string") {
      texts.set(entry[0], entry[1]);
    }
  }
  return Array.from({ length: count }, (_, at) => texts.get(at));
}

/** Jobs of cron that run at once: `@reboot` jobs, for which cron is told that the machine came up. */
async function cron(
  machine: Machine,
  written: readonly Written[],
  job: (token: string, at: number, note: string) => string,
): Promise<(string | undefined)[]> {
  const note = `python3 ${await program(machine, "argument-list.py")} ${folder}/noted`;
  await machine.write(
    "/etc/cron.d/breakout",
    written.map(({ token }, at) => `${job(token, at, note)}\n`).join(""),
  );
  const script = [
    `: >${folder}/noted; chmod 644 /etc/cron.d/breakout; rm -f /run/crond.reboot`,
    "systemctl restart cron",
    `for i in $(seq 300); do [ "$(wc -l <${folder}/noted)" -ge ${written.length} ] && break; sleep 0.1; done`,
    "rm -f /etc/cron.d/breakout",
  ];
  await output(machine, ["sh", "-c", script.join("\n")]);
  return noted(machine, written.length);
}

/** One unit that notes the values it was started with. */
async function unit(
  machine: Machine,
  written: readonly Written[],
  row: (token: string, at: number, note: string) => string,
): Promise<(string | undefined)[]> {
  const note = `/usr/bin/python3 ${await program(machine, "argument-list.py")} ${folder}/noted`;
  const rows = written.map(({ token }, at) => `${row(token, at, note)}\n`).join("");
  await machine.write("/run/systemd/system/breakout.service", `[Service]\nType=oneshot\n${rows}`);
  const script = [
    `: >${folder}/noted; systemctl daemon-reload; systemctl start breakout.service`,
    "rm -f /run/systemd/system/breakout.service; systemctl daemon-reload",
  ];
  await output(machine, ["sh", "-c", script.join("\n")]);
  return noted(machine, written.length);
}

/** Units with the values as their descriptions. */
async function descriptions(machine: Machine, written: readonly Written[]): Promise<(string | undefined)[]> {
  const names = written.map((_, at) => `breakout-${at}.service`);
  for (const [at, name] of names.entries()) {
    const text = `[Unit]\nDescription=${written[at]?.token}\nDocumentation=man:true(1)\n[Service]\nExecStart=/bin/true\n`;
    await machine.write(`/run/systemd/system/${name}`, text);
  }
  await output(machine, ["systemctl", "daemon-reload"]);
  const argv = ["busctl", "--json=short", "get-property", "org.freedesktop.systemd1"];
  const script = names.map((name) => {
    const path = `/org/freedesktop/systemd1/unit/${name.replace(/[^a-z0-9]/g, (c) => `_${c.charCodeAt(0).toString(16)}`)}`;
    const load = `systemctl show -p Id ${name} >/dev/null`;
    return `${load}; ${argv.join(" ")} ${path} org.freedesktop.systemd1.Unit Description`;
  });
  const shown = lines(await output(machine, ["sh", "-c", "sh -s"], `${script.join("\n")}\n`));
  await output(machine, [
    "sh",
    "-c",
    "rm -f /run/systemd/system/breakout-*.service; systemctl daemon-reload",
  ]);
  return shown.map((json) => {
    const { data } = JSON.parse(json) as { data?: unknown };
    return typeof data === "string" ? data : undefined;
  });
}

async function nginx(machine: Machine, written: readonly Written[]): Promise<(string | undefined)[]> {
  const places = written.map(({ token }, at) => `    location = /${at} { return 200 ${token}; }\n`).join("");
  const server = `  server {\n    listen 127.0.0.1:8099;\n${places}  }\n`;
  const paths = `pid ${folder}/nginx.pid;\nerror_log stderr;\n`;
  const text = `${paths}events {}\nhttp {\n  access_log off;\n  default_type text/plain;\n${server}}\n`;
  await machine.write(`${folder}/nginx.conf`, text);
  const fetch = await program(machine, "fetch.py");
  const script = [
    `nginx -c ${folder}/nginx.conf -g "daemon off;" & pid=$!`,
    `python3 ${fetch} 8099 ${written.length}`,
    "kill $pid; wait $pid || true",
  ];
  const bodies: unknown = JSON.parse(await output(machine, ["sh", "-c", script.join("\n")]));
  return Array.isArray(bodies) ? bodies.map((body) => (typeof body === "string" ? body : undefined)) : [];
}

/** No environment of a process holds a value with a control character that systemd lets in. */
const control = (value: string): boolean => /[^\P{Cc}\t\n]/u.test(value);
/** The kernel takes no argument of 128 KiB, sh no command line of that many. */
const systemPackages = ["systemd", "python3"];

export const systemReaders: readonly Reader[] = [
  {
    syntax: "cron",
    packages: ["cron", "python3"],
    booted: true,
    read: (machine, written) =>
      cron(machine, written, (token, at, note) => `@reboot root ${note} ${at} ${token}`),
  },
  {
    syntax: "cron",
    variant: "environment",
    packages: ["cron", "python3"],
    booted: true,
    read: (machine, written) =>
      cron(machine, written, (token, at, note) => `K${at}=${token}\n@reboot root ${note} ${at} --env K${at}`),
  },
  {
    syntax: "systemd",
    packages: systemPackages,
    booted: true,
    read: (machine, written) =>
      unit(machine, written, (token, at, note) => `ExecStart=${note} ${at} ${token}`),
  },
  {
    syntax: "systemd",
    variant: "exec",
    packages: systemPackages,
    booted: true,
    read: (machine, written) =>
      unit(machine, written, (token, at, note) => `ExecStart=${note} ${at} ${token}`),
  },
  {
    syntax: "systemd",
    variant: "word",
    packages: systemPackages,
    booted: true,
    skips: control,
    read: (machine, written) =>
      unit(
        machine,
        written,
        (token, at, note) => `Environment=K${at}=${token} Z${at}=z\nExecStart=${note} ${at} --env K${at}`,
      ),
  },
  {
    syntax: "systemd",
    variant: "text",
    packages: systemPackages,
    booted: true,
    read: descriptions,
  },
  { syntax: "nginx", packages: ["nginx-light", "python3"], read: nginx },
];
