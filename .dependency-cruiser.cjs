const kinds =
  '(fields|operators|transformers|events|destinations|report-formats|commands|image-sources|analyzers|versions|distributions|ecosystems|feeds)';
/** Who may import whom: docs/architecture.md. */
const allowed = {
  core: [],
  engine: ['core'],
  sensor: ['core', 'engine'],
  api: ['core'],
  gotemplate: ['core'],
  runtimes: ['core'],
  hub: ['core', 'api', 'gotemplate'],
  agent: ['core', 'api'],
  scanner: ['core', 'api', 'runtimes', 'gotemplate'],
  ui: ['api'],
};

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    ...Object.entries(allowed).map(([name, others]) => ({
      name: `${name}-imports-only-${others.join('-and-') || 'itself'}`,
      severity: 'error',
      from: { path: `^packages/${name}/` },
      to: { path: `^packages/(?!(${[name, ...others].join('|')})/)` },
    })),
    { name: 'nobody-imports-apps', severity: 'error', from: { path: '^packages/' }, to: { path: '^apps/' } },
    {
      name: 'engine-is-pure',
      comment: 'The engine also runs in a browser: no Node builtin, clock or I/O.',
      severity: 'error',
      from: { path: '^packages/engine/src', pathNot: '\\.(test|bench)\\.ts$|/testkit/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'plugins-do-not-know-each-other',
      severity: 'error',
      from: { path: `/src/${kinds}/([^/.]+)\\.ts$`, pathNot: '\\.(test|gen)\\.ts$' },
      to: { path: `/src/${kinds}/[^/]+\\.ts$`, pathNot: '\\.gen\\.ts$' },
    },
    {
      name: 'plugins-are-reached-through-the-registry',
      severity: 'error',
      from: { pathNot: `/src/${kinds}/` },
      to: { path: `/src/${kinds}/[^/]+\\.ts$`, pathNot: '\\.gen\\.ts$' },
    },
    {
      name: 'other-packages-only-by-their-name',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: { path: '^packages/(?!$2/)[^/]+/src/(?!((testkit|http|disk|store)/)?index\\.ts$)' },
    },
    {
      name: 'product-does-not-use-test-kits',
      severity: 'error',
      from: { path: '/src/', pathNot: '\\.(test|bench|fuzz|contract)\\.ts$|/testkit/|/sample-' },
      to: { path: '/testkit/' },
    },
    {
      name: 'agent-loads-no-schemas',
      comment:
        'Memory of every node: what it reads is checked without zod, what it sends needs no web framework.',
      severity: 'error',
      from: { path: '^apps/cli/src/agent/main\\.ts$' },
      to: { path: '^node_modules/(zod|hono)/', reachable: true },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: { path: '/src/', pathNot: '\\.(test|bench|contract)\\.ts$|/testkit/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
