import { AppError } from '@lanner/core';
import type { SuppressedFinding } from '../model/index.ts';
import { matchesPackageUrl, parsePackageUrl } from '../purl/index.ts';

/** What is asked of a VEX document: is this vulnerability without effect in this product, or in this part of it? */
export interface VexQuestion {
  readonly vulnerabilityId: string;
  /** Package URL of the package, or of what contains or needs it. */
  readonly productPurl: string | undefined;
  /** Package URL of the vulnerable package where the product is another. */
  readonly partPurl: string | undefined;
  /** Names under which the vulnerable package goes: package URL, UID, reference in its bill of materials. */
  readonly references: readonly string[];
}

export type VexVerdict = Pick<SuppressedFinding, 'status' | 'statement' | 'source'>;

/** Statements on vulnerabilities in products. null: nothing that would suppress the finding. */
export type VexDocument = (question: VexQuestion) => VexVerdict | null;

/** Whether a statement's name of a product means a package: parts that it leaves out match everything. */
export function namesProduct(stated: string, purl: string | undefined): boolean {
  if (purl === undefined) {
    return false;
  }
  if (stated === purl) {
    return true;
  }
  if (!stated.startsWith('pkg:')) {
    return false;
  }
  try {
    return matchesPackageUrl(parsePackageUrl(stated), parsePackageUrl(purl));
  } catch (error) {
    // A name that is no package URL names no package.
    if (error instanceof AppError) {
      return false;
    }
    throw error;
  }
}
