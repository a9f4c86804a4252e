// What is sent, the same in every peer.
export const SIZES = [5, 65_536, 16_777_216];
export const REASON_OF_CLIENT = 'au revoir 再见';
export const REASON_OF_SERVER = 'tschüss 再见';
export const FOREIGN_ORIGIN = 'https://elsewhere.example';

/** A text of so many bytes of UTF-8. @param {number} bytes */
export function text(bytes) {
  return '互通ab'.repeat(Math.floor(bytes / 8)) + '互ab'.repeat(bytes % 8 === 5 ? 1 : 0);
}

/** @param {number} length */
export function binary(length) {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++)
    bytes[i] = i % 251;
  return bytes;
}
