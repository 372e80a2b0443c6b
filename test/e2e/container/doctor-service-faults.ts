/** Faults of what the filter keeps, of mail from elsewhere and of the web server. */
import { expect } from "vitest";
import type { Container } from "./container.ts";

export interface Finding {
  readonly check: string;
  readonly severity: string;
  readonly what: string;
  readonly where: string;
  readonly advice: string;
}

/** A fault, how it is mended, and what is to be found of it. */
export interface Fault {
  readonly title: string;
  plant(): Promise<unknown>;
  mend(): Promise<unknown>;
  readonly found: Partial<Finding>;
}

const lostKey = "/var/lib/rspamd/dkim/example.com.default.key";
const quarantine = "/var/lib/nethserver/vmail/mary/Maildir";
const cache = "redis-server@mailwright-cache";
const dropIn = "/run/systemd/system/mailwright-fetch.service.d";
const redis = "redis-cli -s /run/redis-mailwright-statistics/redis-server.sock";

export function serviceFaults(container: () => Container): readonly Fault[] {
  const sh = (program: string) => container().must(["sh", "-ec", program]);
  const scanning = (state: string): Promise<string> =>
    sh(`config setprop rspamd VirusCheckStatus ${state}; signal-event nethserver-mail-filter-save`);
  return [
    {
      title: "an account from which no mail is fetched",
      plant: async () => {
        const where = ["--to", "john", "--host", "127.0.0.1", "--set", "Port=9", "--username", "jd"];
        const argv = ["mailwright", "connector", "add", "jd@isp.net", ...where, "--password-stdin"] as const;
        await container().must([...argv], { input: "secret\n" });
        expect((await container().run(["mailwright", "fetch", "jd@isp.net"])).exit).toBe(1);
      },
      mend: () => sh("mailwright connector delete jd@isp.net --yes"),
      found: {
        ...{
          check: "remote",
          severity: "warning",
          where: "jd@isp.net",
          advice: "mailwright fetch jd@isp.net",
        },
        what: "mail of jd@isp.net is not fetched: 127.0.0.1 refuses the connection (it never was)",
      },
    },
    {
      title: "an account whose time has come and gone",
      plant: async () => {
        const late = ["--to", "john", "--host", "127.0.0.1", "--username", "jd", "--set", "Time=5"];
        await sh(`mkdir -p ${dropIn}; printf '[Unit]\\nConditionPathExists=/nonexistent\\n' >${dropIn}/e2e.conf
          systemctl daemon-reload`);
        const argv = ["mailwright", "connector", "add", "late@isp.net", ...late, "--password-stdin"] as const;
        await container().must([...argv], { input: "secret\n" });
        await sh("touch -d '3 hours ago' /etc/getmail/accounts/late@isp.net");
      },
      mend: () =>
        sh(`mailwright connector delete late@isp.net --yes; rm -r ${dropIn}; systemctl daemon-reload`),
      found: {
        ...{ check: "remote", severity: "warning", where: "mailwright-fetch.service" },
        what: "mail of late@isp.net is not fetched, though its time has come",
      },
    },
    {
      title: "a unit that dies again and again",
      plant: () =>
        sh(`for n in 1 2 3; do
            systemctl kill --kill-whom=main --signal=KILL ${cache}
            until [ "$(systemctl show --value --property=NRestarts ${cache})" = $n ]; do sleep 0.1; done
            until systemctl is-active --quiet ${cache}; do sleep 0.1; done
          done`),
      mend: () => sh(`systemctl reset-failed ${cache}; systemctl restart ${cache}`),
      found: {
        ...{ check: "units", severity: "critical", where: cache },
        what: expect.stringMatching(
          /^redis-server@mailwright-cache has died and was started again \d+ times within the last hour$/,
        ),
      },
    },
    {
      title: "mail that is not scanned for viruses",
      plant: () => scanning("enabled"),
      mend: () => scanning("disabled"),
      found: {
        ...{ check: "filter", severity: "warning", where: "clamd@rspamd status" },
        what: expect.stringMatching(/^mail is not scanned for viruses: /),
      },
    },
    {
      title: "a key of DKIM that is lost",
      plant: () => sh(`mv ${lostKey} /root/kept.key`),
      mend: () => sh(`mv /root/kept.key ${lostKey}`),
      found: {
        ...{ check: "filter", severity: "critical", advice: "mailwright dkim rotate example.com" },
        what: "the DKIM key default of example.com is lost: its mail is not signed",
      },
    },
    {
      title: "learned words that cannot be kept",
      plant: () =>
        sh(`chmod 500 /var/lib/redis; ${redis} BGSAVE
          until ${redis} INFO persistence | grep -q rdb_last_bgsave_status:err; do sleep 0.2; done`),
      mend: () => sh(`chmod 750 /var/lib/redis; ${redis} SAVE | grep -qx OK`),
      found: {
        ...{ check: "filter", severity: "critical", where: "redis-server@mailwright-statistics" },
        what: expect.stringContaining("cannot be written to the disk"),
      },
    },
    {
      title: "a quarantine that cannot be read",
      plant: () => sh(`mv ${quarantine} ${quarantine}.away; touch ${quarantine}`),
      mend: () => sh(`rm ${quarantine}; mv ${quarantine}.away ${quarantine}`),
      found: {
        ...{
          check: "filter",
          severity: "critical",
          where: "quarantine",
          advice: "mailwright quarantine list",
        },
        what: expect.stringMatching(/^Dovecot does not open the quarantine's mailbox: ./),
      },
    },
    {
      title: "a web server that somebody has stopped",
      plant: () => sh("systemctl stop nginx"),
      mend: () => sh("systemctl start nginx"),
      found: {
        ...{ check: "state", severity: "warning", where: "nginx", advice: "systemctl start nginx" },
        what: expect.stringMatching(/^nginx does not run, though files are made for it/),
      },
    },
  ];
}
