export interface ViewPlace {
  readonly path: string;
  readonly title: string;
  /** A path in a box of 16 by 16. */
  readonly icon: string;
  /** The key that leads there after `g`. */
  readonly key: string;
  readonly admin?: boolean;
}

/** Where the page leads; the first is what one sees first. */
export const views: readonly ViewPlace[] = [
  { path: '/', title: 'Overview', key: 'o', icon: 'M2 9h5V2H2zM9 14h5V7H9zM2 14h5v-3H2zM9 5h5V2H9z' },
  { path: '/events', title: 'Events', key: 'e', icon: 'M1 9h3l2-6 4 11 2-6h3' },
  {
    path: '/vulnerabilities',
    title: 'Vulnerabilities',
    key: 'v',
    icon: 'M8 1l6 2v5c0 4-3 6-6 7-3-1-6-3-6-7V3zM8 5v4M8 11v1',
  },
  {
    path: '/secrets',
    title: 'Secrets',
    key: 's',
    icon: 'M10 2a4 4 0 1 0 2 7l2-2-1-1 1-1-2-2zM7 9l-5 5h3v-2h2v-2',
  },
  { path: '/inventory', title: 'Inventory', key: 'i', icon: 'M2 5l6-3 6 3v6l-6 3-6-3zM2 5l6 3 6-3M8 8v6' },
  { path: '/rules', title: 'Rules', key: 'r', icon: 'M3 2h10v12H3zM5 5h6M5 8h6M5 11h3' },
  { path: '/report', title: 'Report', key: 'w', icon: 'M3 1h7l3 3v11H3zM5 13v-3M8 13V7M11 13v-4' },
  { path: '/destinations', title: 'Destinations', key: 'd', icon: 'M1 8l14-6-5 13-3-5zM7 10l8-8' },
  {
    path: '/silences',
    title: 'Silences',
    key: 'c',
    icon: 'M3 6h2l4-3v10l-4-3H3zM11.5 6.5l3 3M14.5 6.5l-3 3',
  },
  { path: '/settings', title: 'Settings', key: 't', icon: 'M2 4h12M2 8h12M2 12h12M5 3v2M11 7v2M7 11v2' },
  {
    path: '/people',
    title: 'People',
    key: 'p',
    admin: true,
    icon: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 14c0-4 12-4 12 0',
  },
  { path: '/audit', title: 'Audit log', key: 'a', admin: true, icon: 'M3 1h7l3 3v11H3zM5 7h6M5 10h6M5 13h4' },
];
