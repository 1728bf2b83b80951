import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { NewAlert } from '@lanner/api';
import { silentLog } from '@lanner/core';
import { type Finding, openSqliteStore, type ScannedArtifact, type Store } from '@lanner/hub';
import { sampleAlerts } from '@lanner/hub/testkit';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { commands } from '../../commands/registry.gen.ts';
import { runCommandLine } from '../../run.ts';
import { testEnvironment, type TestEnvironment } from '../../testkit/environment.ts';

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Data folders of servers, and the command line over them. What a test made is removed after it. */
export class DataBench {
  readonly alerts: readonly NewAlert[] = sampleAlerts(500);
  /** The same again, with other ids. */
  readonly moreAlerts: readonly NewAlert[] = this.alerts.map((alert) => ({
    ...alert,
    id: `1${alert.id.slice(1)}`,
  }));
  readonly #template = mkdtempSync(join(tmpdir(), 'lanner-filled-'));
  readonly #open: Store[] = [];
  #root: string | null = null;

  constructor() {
    beforeAll(() => this.#makeTemplate());
    afterAll(() => rmSync(this.#template, { recursive: true, force: true }));
    afterEach(async () => {
      await Promise.all(this.#open.splice(0).map((store) => store.close()));
      rmSync(this.path(), { recursive: true, force: true });
      this.#root = null;
    });
  }

  /** In a folder of the test. */
  path(...names: readonly string[]): string {
    this.#root ??= mkdtempSync(join(tmpdir(), 'lanner-data-'));
    return join(this.#root, ...names);
  }

  get data(): string {
    return this.path('data');
  }

  /**
   * Makes the data folder of a server that was stopped, with alerts (packed and not), findings, a session, a token, an
   * audit log.
   */
  fill(): void {
    cpSync(this.#template, this.data, { recursive: true });
  }

  /** The store of a data folder as a server has it, until the end of the test. */
  async open(data = this.data): Promise<Store> {
    const store = await openSqliteStore({ folder: join(data, 'store'), segmentRows: 300, log: silentLog });
    this.#open.push(store);
    return store;
  }

  async append(store: Store, alerts: readonly NewAlert[]): Promise<void> {
    await store.alerts.append(
      alerts,
      alerts.map(() => null),
    );
  }

  async #makeTemplate(): Promise<void> {
    const store = await this.open(this.#template);
    await this.append(store, this.alerts);
    await store.findings.record(artifact, [finding('CVE-1'), finding('CVE-2')], 1000);
    await store.findings.record(artifact, [finding('CVE-1')], 2000);
    await store.documents.put('session', 's', { id: 's' });
    await store.documents.put('token', 't', { id: 't' });
    for (let atMs = 0; atMs < 3; atMs++) {
      await store.audit.append({ atMs, by: 'admin', action: 'x', target: '', address: '', details: {} });
    }
    await store.close();
    this.#open.length = 0;
    writeFileSync(join(this.#template, 'admin-token'), 'secret\n', { mode: 0o600 });
  }

  /** Changes the database of a data folder that nobody has open. */
  damage(sql: string, data = this.data): void {
    const database = new DatabaseSync(join(data, 'store/store.db'));
    database.exec(sql);
    database.close();
  }

  async run(
    args: readonly string[],
    data = this.data,
    properties: Partial<TestEnvironment> = {},
  ): Promise<CommandResult> {
    const environment = testEnvironment({ env: { LANNER_DATA: data }, ...properties });
    const code = await runCommandLine(commands, environment, ['store', ...args]);
    return { code, ...environment.written };
  }
}

const artifact: ScannedArtifact = {
  key: 'sha256:1',
  kind: 'image',
  names: ['nginx'],
  system: '',
  packages: 1,
  notes: [],
};

function finding(id: string): Finding {
  return {
    kind: 'vulnerability',
    id,
    package: 'pkg:deb/a',
    packageName: 'a',
    installedVersion: '1',
    fixedVersion: '',
    severity: 'HIGH',
    title: '',
    epss: null,
    kev: false,
    details: {},
  };
}
