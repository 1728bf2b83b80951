import type {
  Bom,
  BomComponent,
  BomRelationship,
  BomRelationshipType,
  ExternalReference,
} from '../model/index.ts';

/** A component before it has its id and reference. */
export type NewComponent = Omit<BomComponent, 'id' | 'files' | 'properties' | 'identifier'> &
  Partial<Pick<BomComponent, 'id' | 'files' | 'properties' | 'identifier'>>;

/** Collects the components and relationships of a bill of materials. */
export class BomBuilder {
  readonly #components = new Map<string, BomComponent>();
  readonly #relationships = new Map<string, BomRelationship[]>();
  readonly #references: ExternalReference[] = [];
  readonly #newId: () => string;
  #rootId: string | undefined;

  /** `newId` draws the ids of components that have none. */
  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Gives the id of the component. */
  add(component: NewComponent, options: { readonly isRoot?: boolean } = {}): string {
    const id = component.id ?? this.#newId();
    this.#components.set(id, { identifier: {}, files: [], properties: [], ...component, id });
    if (options.isRoot === true) {
      this.#rootId = id;
    }
    return id;
  }

  /** Says that it is known what a component contains and needs, be it nothing. */
  declare(id: string): void {
    if (!this.#relationships.has(id)) {
      this.#relationships.set(id, []);
    }
  }

  /** Says so of every component. */
  declareAll(): void {
    for (const id of this.#components.keys()) {
      this.declare(id);
    }
  }

  relate(from: string, to: string, type: BomRelationshipType): void {
    const known = this.#relationships.get(from);
    if (known === undefined) {
      this.#relationships.set(from, [{ to, type }]);
    } else {
      known.push({ to, type });
    }
  }

  refer(reference: ExternalReference): void {
    this.#references.push(reference);
  }

  build(head: Pick<Bom, 'serialNumber' | 'version'> = {}): Bom {
    return {
      ...head,
      ...(this.#rootId === undefined ? {} : { rootId: this.#rootId }),
      components: this.#components,
      relationships: this.#relationships,
      externalReferences: this.#references,
    };
  }
}

/** Components without a reference get one: their package URL where it is unique, their id otherwise. */
export function withReferences(bom: Bom): Bom {
  const uses = new Map<string, number>();
  for (const { identifier } of bom.components.values()) {
    if (identifier.purl !== undefined) {
      uses.set(identifier.purl, (uses.get(identifier.purl) ?? 0) + 1);
    }
  }
  const components = new Map<string, BomComponent>();
  for (const [id, component] of bom.components) {
    const { purl, bomRef } = component.identifier;
    const own = purl !== undefined && uses.get(purl) === 1 ? purl : id;
    components.set(id, { ...component, identifier: { ...component.identifier, bomRef: bomRef ?? own } });
  }
  return { ...bom, components };
}

/** Ids of those that contain or need a component, by its id. */
export function parentsOf({ relationships }: Bom): Map<string, string[]> {
  const parents = new Map<string, string[]>();
  for (const [from, all] of relationships) {
    for (const { to } of all) {
      const known = parents.get(to);
      if (known === undefined) {
        parents.set(to, [from]);
      } else {
        known.push(from);
      }
    }
  }
  return parents;
}
