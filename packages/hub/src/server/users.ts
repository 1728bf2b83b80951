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
}

interface KeptUser extends User {
  /** Of scrypt. */
  readonly password: string;
}

const maxUsers = 10_000;

/** People with a name, a role and a password. Names differ by more than case. */
export class Users {
  readonly #documents: DocumentStore;
  readonly #passwords: Passwords;
  readonly #kept = new Map<string, KeptUser>();

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
    return users;
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
    if (this.#kept.size >= maxUsers) {
      throw new AppError('store.conflict', `there are ${maxUsers} users already`, { hint: 'Remove some.' });
    }
    return this.#put(id, { name: name.normalize('NFC'), role, createdMs: nowMs, password: hash });
  }

  /** Throws AppError 'store.missing', and 'store.conflict' when nobody could administer any more. */
  async change(
    name: string,
    change: { role?: Role | undefined; password?: string | undefined },
  ): Promise<User> {
    const hash = change.password === undefined ? null : await this.#passwords.hash(change.password);
    const kept = this.#known(name);
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

  #known(name: string): KeptUser {
    const kept = this.#kept.get(idOf(name));
    if (kept === undefined) {
      throw new AppError('store.missing', `there is no user ${name}`);
    }
    return kept;
  }

  #keepOneAdministrator({ name, role }: User): void {
    const others = [...this.#kept.values()].filter((user) => user.role === 'admin' && user.name !== name);
    if (role === 'admin' && others.length === 0) {
      throw new AppError('store.conflict', `${name} is the only administrator`, {
        hint: 'Make somebody else an administrator first.',
      });
    }
  }
}

function shown({ name, role, createdMs }: KeptUser): User {
  return { name, role, createdMs };
}

function idOf(name: string): string {
  return createHash('sha256').update(name.normalize('NFKC').toLowerCase()).digest('hex').slice(0, 32);
}
