import { randomUUID } from 'node:crypto';
import { AppError } from '@lanner/core';
import type { DocumentStore } from '../store/document-store.ts';

/** A place on the page under a name. */
export interface SavedView {
  readonly id: string;
  readonly name: string;
  /** Path and query. */
  readonly place: string;
  readonly isShared: boolean;
  readonly by: string;
  /** Whose it is: a person and a token of the same name are two. */
  readonly owner: string;
  readonly changedMs: number;
}

export type ViewInput = Pick<SavedView, 'name' | 'place' | 'isShared'>;

const mostOfOwner = 100;
const mostOfAll = 10_000;

export function ownerOf({ name, isPerson }: { readonly name: string; readonly isPerson: boolean }): string {
  return isPerson ? `person ${name}` : `token ${name}`;
}

/** Saved views of everybody. */
export class SavedViews {
  readonly #documents: DocumentStore;
  readonly #kept = new Map<string, SavedView>();

  private constructor(documents: DocumentStore) {
    this.#documents = documents;
  }

  static async load(documents: DocumentStore): Promise<SavedViews> {
    const views = new SavedViews(documents);
    for (const { id, value } of await documents.list('view')) {
      // Written by this class only.
      views.#kept.set(id, value as SavedView);
    }
    return views;
  }

  /** The own ones, and those that are shared, by name. */
  list(owner: string): SavedView[] {
    return [...this.#kept.values()]
      .filter((view) => isFor(view, owner))
      .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  }

  /** Throws AppError 'store.missing', also for those of others: nobody learns that there are any. */
  get(id: string, owner: string): SavedView {
    const view = this.#kept.get(id);
    if (view === undefined || !isFor(view, owner)) {
      throw new AppError('store.missing', 'there is no such saved view', {
        hint: 'It may have been removed, or belong to somebody else who does not share it.',
      });
    }
    return view;
  }

  /** Throws AppError 'store.conflict' when there are too many. */
  async create(input: ViewInput, by: string, owner: string, nowMs: number): Promise<SavedView> {
    const own = [...this.#kept.values()].filter((view) => view.owner === owner);
    if (own.length >= mostOfOwner || this.#kept.size >= mostOfAll) {
      throw new AppError('store.conflict', 'too many views are saved already', {
        hint: `Remove some: everybody may have ${mostOfOwner}.`,
      });
    }
    return this.#put({ id: randomUUID(), ...input, by, owner, changedMs: nowMs });
  }

  change(view: SavedView, input: Partial<ViewInput>, nowMs: number): Promise<SavedView> {
    return this.#put({ ...view, ...input, changedMs: nowMs });
  }

  async remove({ id }: SavedView): Promise<void> {
    this.#kept.delete(id);
    await this.#documents.remove('view', id);
  }

  /** Of somebody who is gone: what they kept for themselves goes, what they shared stays. */
  async removeOf(owner: string): Promise<void> {
    for (const view of [...this.#kept.values()].filter((each) => each.owner === owner && !each.isShared)) {
      await this.remove(view);
    }
  }

  async #put(view: SavedView): Promise<SavedView> {
    await this.#documents.put('view', view.id, view);
    this.#kept.set(view.id, view);
    return view;
  }
}

function isFor({ owner, isShared }: SavedView, asker: string): boolean {
  return isShared || owner === asker;
}
