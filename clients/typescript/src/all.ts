export * from './core/index.js';
export * from './rooms/index.js';
export * from './fallback/index.js';
export * from './shared-tab/index.js';
