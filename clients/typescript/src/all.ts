export * from './core/index.js';
export * from './rooms/index.js';
