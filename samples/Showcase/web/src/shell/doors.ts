import type { Page } from '../lib/page.js';

export type DoorName = 'home' | 'chat' | 'ticker' | 'notifications' | 'dashboard' | 'game' | 'lab' | 'frames' | 'socketio' | 'seeds' | ClosedDoor;
/** Doors that open later: the map shows where. */
export type ClosedDoor = 'editor';

export interface Door {
  name: DoorName;
  path: string;
  icon: string;
  load: () => Promise<{ page: Page }>;
}

/** The pages, in the order of the lane. */
export const doors: Door[] = [
  { name: 'home', path: '/', icon: 'M3 11 12 4l9 7M5 10v10h14V10M10 20v-6h4v6', load: () => import('../pages/home.js') },
  { name: 'chat', path: '/chat', icon: 'M4 5h16v11H9l-5 4z', load: () => import('../pages/chat/page.js') },
  { name: 'ticker', path: '/ticker', icon: 'M3 17l5-6 4 3 8-9M15 5h5v5', load: () => import('../pages/ticker/page.js') },
  { name: 'notifications', path: '/notifications', icon: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
    load: () => import('../pages/notifications/page.js') },
  { name: 'dashboard', path: '/dashboard', icon: 'M4 19a9 9 0 1 1 16 0M12 14l4-5', load: () => import('../pages/dashboard/page.js') },
  { name: 'game', path: '/game', icon: 'M7 8h10a5 5 0 0 1 4 8l-2-1-2-2H7l-2 2-2 1a5 5 0 0 1 4-8zM8 10v3M6.500 11.500h3M16 11h.01',
    load: () => import('../pages/game/page.js') },
  { name: 'lab', path: '/lab', icon: 'M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M7.500 15h9',
    load: () => import('../pages/lab/page.js') },
  { name: 'frames', path: '/frames', icon: 'M3 7h18v10H3zM7 7v10M11 7v10M15 12h2', load: () => import('../pages/frames/page.js') },
  { name: 'socketio', path: '/socketio', icon: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9 11l7-5-4 6H8zM15 13l-7 5 4-6', load: () => import('../pages/socketio/page.js') },
  { name: 'seeds', path: '/seeds', icon: 'M5 4h9l5 5v11H5zM14 4v5h5M8 13h8M8 17h5', load: () => import('../pages/seeds/page.js') },
];
