import { createHash } from 'node:crypto';
import type { Role } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { DocumentStore } from '../store/document-store.ts';
import type { Passwords } from './passwords.ts';

/** Somebody who may sign in. */
export interface User {
  readonly name: string;
  readonly role: Role;
  readonly createdMs: number;
  /** The issuer that vouches for whoever signs in by it; null for who has a password here. */
  readonly provider: string | null;
  /** Whether the provider says the role, too, each time anew. */
  readonly isRoleOfProvider: boolean;
}

interface KeptUser extends Pick<User, 'name' | 'role' | 'createdMs'> {
  /** Of scrypt; null for who signs in by a provider. */
  readonly password: string | null;
  readonly external?: { readonly issuer: string; readonly subject: string; readonly saysRole: boolean };
}

/** Somebody as a provider knows them; the name can change there, these two do not. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

const maxUsers = 10_000;

/** People with a name, a role, and a password or a provider that vouches for them. Names differ by more than case. */
export class Users {
  readonly #documents: DocumentStore;
  readonly #passwords: Passwords;
  readonly #kept = new Map<string, KeptUser>();
  #hadAdministrator = false;

  private constructor(documents: DocumentStore, passwords: Passwords) {
    this.#documents = documents;
    this.#passwords = passwords;
  }

  static async load(documents: DocumentStore, passwords: Passwords): Promise<Users> {
    const users = new Users(documents, passwords);
    for (const { id, value } of await documents.list('user')) {
      // Written by this class only.
      users.#kept.set(id, value as KeptUser);
    }
    users.#hadAdministrator = users.list().some(({ role }) => role === 'admin');
    return users;
  }

  /** Whether there is an administrator, or was one since the start. */
  get hadAdministrator(): boolean {
    return this.#hadAdministrator;
  }

  get size(): number {
    return this.#kept.size;
  }

  list(): User[] {
    return [...this.#kept.values()].map(shown).sort((a, b) => a.name.localeCompare(b.name, 'en'));
  }

  /** By name, in any case; null for nobody. */
  get(name: string): User | null {
    const kept = this.#kept.get(idOf(name));
    return kept === undefined ? null : shown(kept);
  }

  /** Whoever has this name and password; null otherwise. */
  async check(name: string, password: string): Promise<User | null> {
    const kept = this.#kept.get(idOf(name));
    const opens = await this.#passwords.check(password, kept?.password ?? null);
    return opens && kept !== undefined ? shown(kept) : null;
  }

  /** Throws AppError 'store.conflict' for a name that is taken. */
  async create(name: string, role: Role, password: string, nowMs: number): Promise<User> {
    const id = idOf(name);
    const hash = await this.#passwords.hash(password);
    if (this.#kept.has(id)) {
      throw new AppError('store.conflict', `there is a user ${name} already`, { hint: 'Take another name.' });
    }
    this.#checkRoom();
    return this.#put(id, { name: name.normalize('NFC'), role, createdMs: nowMs, password: hash });
  }

  /**
   * Whoever a provider vouches for, made when they come for the first time: with the first of the names that is free.
   * A role that the provider says is theirs from now on; another one is only where they begin. Null when all names are
   * taken. Throws AppError 'store.conflict' when there are too many.
   */
  async external(
    identity: Identity,
    { names, role, saysRole }: { names: readonly string[]; role: Role; saysRole: boolean },
    nowMs: number,
  ): Promise<{ user: User; change: 'created' | 'role' | null } | null> {
    const [id, kept] = this.#entryOf(identity) ?? [];
    const external = { ...identity, saysRole };
    if (id === undefined || kept === undefined) {
      const name = names.find((each) => !this.#kept.has(idOf(each)));
      if (name === undefined) {
        return null;
      }
      this.#checkRoom();
      const user = await this.#put(idOf(name), { name, role, createdMs: nowMs, password: null, external });
      return { user, change: 'created' };
    }
    const next = { ...kept, external, role: saysRole ? role : kept.role };
    if (next.role === kept.role && kept.external?.saysRole === saysRole) {
      return { user: shown(kept), change: null };
    }
    return { user: await this.#put(id, next), change: next.role === kept.role ? null : 'role' };
  }

  /** Whoever a provider knows so; null for nobody. */
  ofIdentity(identity: Identity): User | null {
    const entry = this.#entryOf(identity);
    return entry === null ? null : shown(entry[1]);
  }

  /**
   * Throws AppError 'store.missing', and 'store.conflict' when nobody could administer any more, or the provider has
   * the say.
   */
  async change(
    name: string,
    change: { role?: Role | undefined; password?: string | undefined },
  ): Promise<User> {
    const hash = change.password === undefined ? null : await this.#passwords.hash(change.password);
    const kept = this.#known(name);
    checkOwn(kept, change);
    if (change.role !== undefined && change.role !== 'admin') {
      this.#keepOneAdministrator(kept);
    }
    return this.#put(idOf(name), {
      ...kept,
      role: change.role ?? kept.role,
      password: hash ?? kept.password,
    });
  }

  /** Throws as {@link change} does. */
  async remove(name: string): Promise<User> {
    const kept = this.#known(name);
    this.#keepOneAdministrator(kept);
    const id = idOf(name);
    // In memory first: of two at the same time one sees the other.
    this.#kept.delete(id);
    try {
      await this.#documents.remove('user', id);
    } catch (error) {
      this.#kept.set(id, kept);
      throw error;
    }
    return shown(kept);
  }

  async #put(id: string, kept: KeptUser): Promise<User> {
    // In memory first: of two at the same time one sees the other.
    const before = this.#kept.get(id);
    this.#kept.set(id, kept);
    this.#hadAdministrator ||= kept.role === 'admin';
    try {
      await this.#documents.put('user', id, kept);
    } catch (error) {
      if (before === undefined) {
        this.#kept.delete(id);
      } else {
        this.#kept.set(id, before);
      }
      throw error;
    }
    return shown(kept);
  }

  #checkRoom(): void {
    if (this.#kept.size >= maxUsers) {
      throw new AppError('store.conflict', `there are ${maxUsers} users already`, { hint: 'Remove some.' });
    }
  }

  #entryOf({ issuer, subject }: Identity): readonly [string, KeptUser] | null {
    for (const entry of this.#kept) {
      const { external } = entry[1];
      if (external?.issuer === issuer && external.subject === subject) {
        return entry;
      }
    }
    return null;
  }

  #known(name: string): KeptUser {
    const kept = this.#kept.get(idOf(name));
    if (kept === undefined) {
      throw new AppError('store.missing', `there is no user ${name}`);
    }
    return kept;
  }

  #keepOneAdministrator({ name, role }: Pick<User, 'name' | 'role'>): void {
    const others = [...this.#kept.values()].filter((user) => user.role === 'admin' && user.name !== name);
    if (role === 'admin' && others.length === 0) {
      throw new AppError('store.conflict', `${name} is the only administrator`, {
        hint: 'Make somebody else an administrator first.',
      });
    }
  }
}

function shown({ name, role, createdMs, external }: KeptUser): User {
  return {
    name,
    role,
    createdMs,
    provider: external?.issuer ?? null,
    isRoleOfProvider: external?.saysRole ?? false,
  };
}

function checkOwn(
  { name, external }: KeptUser,
  { role, password }: { role?: Role | undefined; password?: string | undefined },
): void {
  if (external !== undefined && password !== undefined) {
    throw new AppError('store.conflict', `${name} signs in by ${external.issuer}, and has no password here`, {
      hint: 'Change it there.',
    });
  }
  if (external?.saysRole === true && role !== undefined) {
    throw new AppError('store.conflict', `${external.issuer} says the role of ${name}`, {
      hint: 'Change it there, or leave oidc.roles out of the configuration.',
    });
  }
}

function idOf(name: string): string {
  return createHash('sha256').update(name.normalize('NFKC').toLowerCase()).digest('hex').slice(0, 32);
}
