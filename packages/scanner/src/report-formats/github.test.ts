import { expect, test } from 'vitest';
import type { Report } from '../model/index.ts';
import { reportFormat } from './github.ts';

const report: Report = {
  version: '1',
  reportId: 'r',
  createdAt: new Date(0),
  artifactName: 'shop',
  artifactType: 'container_image',
  metadata: { repoTags: ['shop:1'], repoDigests: ['shop@sha256:1a'] },
  results: [
    {
      target: 'Ruby',
      class: 'lang-pkgs',
      type: 'gemspec',
      packages: [
        { name: 'rake', version: '13', filePath: 'gems/rake.gemspec' },
        { name: 'json', version: '2' },
      ],
    },
    { target: 'a (debian 12)', class: 'os-pkgs', type: 'debian', packages: [{ name: 'bash', version: '5' }] },
  ],
};

interface Snapshot {
  readonly metadata?: object;
  readonly manifests?: Readonly<
    Record<string, { file?: object; resolved: Readonly<Record<string, object>> }>
  >;
}

function snapshot(of: Report): Snapshot {
  const options = { now: () => new Date(0), uuid: () => 'u', listAllPackages: true };
  return JSON.parse([...reportFormat.write(of, options)].join('')) as Snapshot;
}

test('packages of languages are in the image, with the file of each; all stand in order', () => {
  const { metadata, manifests = {} } = snapshot(report);
  expect(metadata).toEqual({
    'aquasecurity:trivy:RepoDigest': 'shop@sha256:1a',
    'aquasecurity:trivy:RepoTag': 'shop:1',
  });
  expect(manifests['Ruby']?.file).toEqual({ source_location: 'shop:1@sha256:1a' });
  expect(Object.keys(manifests['Ruby']?.resolved ?? {})).toEqual(['json', 'rake']);
  expect(manifests['Ruby']?.resolved['rake']).toMatchObject({
    metadata: { source_location: 'gems/rake.gemspec' },
  });
  expect(manifests['a (debian 12)']).not.toHaveProperty('file');
});

test('elsewhere they are where the result says, and what is empty is not there', () => {
  const folder = snapshot({ ...report, artifactType: 'filesystem', metadata: {} });
  expect(folder.manifests?.['Ruby']?.file).toEqual({ source_location: 'Ruby' });
  expect(folder).not.toHaveProperty('metadata');
  expect(snapshot({ ...report, results: [] })).not.toHaveProperty('manifests');
});
