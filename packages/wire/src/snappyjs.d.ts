declare module "snappyjs" {
  const snappy: {
    /** Throws an Error for damaged input, or when it would give more than `maxLength` bytes. */
    readonly uncompress: (compressed: Uint8Array, maxLength?: number) => Uint8Array;
    readonly compress: (uncompressed: Uint8Array) => Uint8Array;
  };
  export default snappy;
}
