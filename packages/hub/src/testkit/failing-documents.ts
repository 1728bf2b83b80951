import { AppError } from '@lanner/core';
import type { DocumentStore } from '../store/document-store.ts';

/** Documents on a disk that takes nothing while `full` is set. */
export function failingDocuments(documents: DocumentStore): DocumentStore & { full: boolean } {
  const refusing: DocumentStore & { full: boolean } = {
    full: false,
    get: documents.get.bind(documents),
    list: documents.list.bind(documents),
    put: (...args) => (refusing.full ? Promise.reject(diskFull()) : documents.put(...args)),
    remove: (...args) => (refusing.full ? Promise.reject(diskFull()) : documents.remove(...args)),
  };
  return refusing;
}

function diskFull(): AppError {
  return new AppError('store.full', 'The disk of the store is full');
}
