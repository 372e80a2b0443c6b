/** Two network namespaces joined by a veth: 192.0.2.1 is the container, 192.0.2.2 a host outside. */
import { must } from "./processes.ts";

export async function makeNetwork(inside: string, outside: string): Promise<void> {
  for (const name of [inside, outside]) await must(["ip", "netns", "add", name]);
  // As systemd sets it on a machine of its own: with the kernel's 10, lines on their way to rsyslog are lost.
  await must(["ip", "netns", "exec", inside, "sysctl", "-qw", "net.unix.max_dgram_qlen=512"]);
  // both ends are born where they belong: the machine's own namespace never sees them
  await must([
    "ip",
    "-n",
    inside,
    "link",
    "add",
    "wire",
    "type",
    "veth",
    "peer",
    "name",
    "wire",
    "netns",
    outside,
  ]);
  const ends = [
    { name: inside, address: "192.0.2.1/24", other: "192.0.2.2" },
    { name: outside, address: "192.0.2.2/24", other: "192.0.2.1" },
  ];
  for (const { name, address, other } of ends) {
    await must(["ip", "-n", name, "address", "add", address, "dev", "wire"]);
    await must(["ip", "-n", name, "link", "set", "lo", "up"]);
    await must(["ip", "-n", name, "link", "set", "wire", "up"]);
    await must(["ip", "-n", name, "route", "add", "default", "via", other]);
  }
}
