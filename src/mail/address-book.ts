import { accountName, publicUser } from "../catalogue/account-name.ts";
import { listItems } from "../catalogue/notation.ts";
import { type Accounts, rootName } from "./accounts.ts";

import { publicFolder } from "./public-mailbox.ts";
import type { Setting, Settings } from "./settings.ts";
import { wholeAddress } from "./whole-address.ts";

/** An address and who gets its mail, as virtual(5) has them. `from` without a domain is of every local one. */
export interface Alias {
  readonly from: string;
  readonly to: readonly string[];
}

/** Gathers the addresses; what was added first under a name stays. */
export class AddressBook {
  /** Those that mail from outside may not reach; `name@` is of every local domain. */
  private readonly internal = new Set<string>();
  /** Destinations of the addresses among them, and of all others. */
  private readonly closed = new Map<string, readonly string[]>();
  private readonly open = new Map<string, readonly string[]>();
  private readonly entries = new Map<string, readonly string[]>();
  private readonly catchAlls = new Map<string, readonly string[]>();
  /** The names that have a mailbox, each with its own address: one text for all that lead there. */
  private readonly mailboxes: ReadonlyMap<string, string>;
  private readonly ownAddresses: ReadonlySet<string>;
  /** The local parts of all addresses. */
  private readonly specificNames: ReadonlySet<string>;

  constructor(
    private readonly primaryDomain: string,
    private readonly accounts: Accounts,
    private readonly domains: ReadonlySet<string>,
    private readonly systemDomains: ReadonlySet<string>,
    /** The keys of all addresses. */
    private readonly specific: ReadonlySet<string>,
  ) {
    const names = [rootName, publicUser, ...accounts.users.keys()];
    this.mailboxes = new Map(names.map((name) => [name, `${name}@${primaryDomain}`]));
    this.ownAddresses = new Set(this.mailboxes.values());
    this.specificNames = new Set([...specific].map(accountName));
  }

  addUsers(): void {
    for (const { name, forwards, keepsMail, isInternal } of this.accounts.users.values()) {
      if (isInternal) this.internal.add(`${name}@`);
      if (forwards.length > 0) this.add(name, [...forwards, ...(keepsMail ? [this.own(name)] : [])]);
    }
  }

  addGroups(): void {
    for (const { name, members, hasAddress, isInternal } of this.accounts.groups.values()) {
      if (!hasAddress) continue;
      if (isInternal) this.internal.add(`${name}@`);
      this.add(name, this.ownOf(members));
    }
  }

  addPseudonym({ key, prop }: Setting): void {
    const address = key.toLowerCase();
    const name = address.endsWith("@") ? address.slice(0, -1) : address;
    const to = listItems(prop("Account")).flatMap((destination) => this.destinations(destination));
    const isInternal = prop("Access") === "private";
    if (isInternal) this.internal.add(address);
    (isInternal ? this.closed : this.open).set(address, to);
    // An address that leads to itself alone is the mailbox of that name.
    this.add(
      name,
      to.filter((destination) => destination !== name && destination !== this.own(name)),
      to,
    );
  }

  /** root's mail, and postmaster's where nobody else is to have it (RFC 5321, 4.5.1). */
  addSystem(settings: Settings): void {
    const root = (name: string): string => settings.prop("configuration", "root", name) ?? "";
    const others = listItems(root("EmailAddress")).flatMap((name) => this.destinations(name));
    const kept = root("KeepMessageCopy") === "yes" ? [this.own(rootName)] : [];
    if (others.length > 0) this.add(rootName, [...others, ...kept]);
  }

  addCatchAll(domain: string, mailbox: string): void {
    this.catchAlls.set(`@${domain}`, this.destinations(mailbox));
  }

  names(): string[] {
    return [...this.mailboxes.keys()];
  }

  /**
   * What leads to nobody any more is left out, so that its mail is refused when it comes, and not returned days later.
   * Where there is a catch-all, each mailbox has an entry that leads to itself, which the catch-all cannot take.
   */
  aliases(): Alias[] {
    const entries = this.reaching(this.entries);
    const catchAlls = this.reaching(this.catchAlls);
    const known = new Set(entries.map(({ from }) => from));
    const own = catchAlls.length === 0 ? [] : this.names().filter((name) => !known.has(name));
    return [...entries, ...own.map((name) => ({ from: name, to: [this.own(name)] })), ...catchAlls];
  }

  /**
   * The internal addresses, with those of every domain in each of these, where no address of that domain alone is open.
   * A public mailbox to which internal addresses alone lead is internal by its own address too.
   */
  internalIn(domains: readonly string[]): string[] {
    const ofAll = [...this.internal].flatMap((address) =>
      address.endsWith("@") ? domains.map((domain) => `${address}${domain}`) : [],
    );
    const ofOne = [...this.internal].filter((address) => !address.endsWith("@"));
    const openFolders = this.foldersOf(this.open);
    const folders = [...this.foldersOf(this.closed)].filter((folder) => !openFolders.has(folder));
    const found = [
      ...ofAll.filter((address) => !this.isOpen(address)),
      ...ofOne,
      ...folders.flatMap((folder) => domains.map((domain) => `${publicUser}+${folder}@${domain}`)),
    ];
    return [...new Set(found)];
  }

  /** The public mailboxes that addresses lead to, in lower case, as Postfix looks them up. */
  private foldersOf(all: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
    const folders = [...all.values()].flat().flatMap((to) => publicFolder(to, this.domains) ?? []);
    return new Set(folders.map((folder) => folder.toLowerCase()));
  }

  private isOpen(address: string): boolean {
    return this.open.get(address)?.some((to) => this.reaches(to, [address])) === true;
  }

  private reaching(entries: ReadonlyMap<string, readonly string[]>): Alias[] {
    return [...entries].flatMap(([from, all]) => {
      const isWhole = all.every((destination) => this.ownAddresses.has(destination));
      const to = isWhole ? all : all.filter((destination) => this.reaches(destination, [from]));
      return to.length === 0 ? [] : { from, to };
    });
  }

  /**
   * Whether mail to a destination of an entry comes to a mailbox here, or leaves, as virtual(5) follows it: with and without
   * its tag, in its domain before in every one. `above`: the entries that led to it.
   */
  private reaches(destination: string, above: readonly string[]): boolean {
    if (this.ownAddresses.has(destination)) return true;
    const at = destination.lastIndexOf("@");
    const domain = at < 0 ? this.primaryDomain : destination.slice(at + 1).toLowerCase();
    if (!this.domains.has(domain) && !this.systemDomains.has(domain)) return true;
    const name = accountName(destination);
    const plain = name.replace(/(?<=.)\+.*$/, "");
    if (this.mailboxes.has(name) || this.mailboxes.has(plain)) return true;
    return [`${name}@${domain}`, `${plain}@${domain}`, name, plain, `@${domain}`].some((from) => {
      const next = above.includes(from) ? undefined : (this.entries.get(from) ?? this.catchAlls.get(from));
      return next?.some((to) => this.reaches(to, [...above, from])) === true;
    });
  }

  /** `all`: with the address itself, which stays a recipient where there are others. */
  private add(from: string, to: readonly string[], all: readonly string[] = to): void {
    if (to.length === 0 || this.entries.has(from)) return;
    this.entries.set(from, all.length === 1 ? all : [...new Set(all)]);
  }

  /** Where mail to a destination of an address goes: to users, the members of a group, a public mailbox, or outside. */
  private destinations(destination: string): string[] {
    const at = destination.lastIndexOf("@");
    const domain = at < 0 ? this.primaryDomain : destination.slice(at + 1).toLowerCase();
    if (!this.domains.has(domain)) return [destination];
    // One mailbox by one name, so that it gets one copy.
    const name = accountName(destination);
    const group = this.accounts.groups.get(name);
    const isOwn = at < 0 || domain === this.primaryDomain;
    if (isOwn && group !== undefined) return this.ownOf(group.members);
    const isSpecific = this.specificNames.has(name) && this.specific.has(`${name}@${domain}`);
    if (!isSpecific && this.accounts.users.has(name)) return [this.own(name)];
    return [wholeAddress(destination, this.primaryDomain)];
  }

  /** The members that have a mailbox: what is left of one that is gone is no address. */
  private ownOf(members: readonly string[]): string[] {
    return members.filter((name) => this.accounts.users.has(name)).map((name) => this.own(name));
  }

  private own(name: string): string {
    return this.mailboxes.get(name) ?? `${name}@${this.primaryDomain}`;
  }
}
