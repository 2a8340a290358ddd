/** How long a request line and headers may be together: 1 MiB and the 4 KiB of slack that Go's server reads beyond (net/http `initialReadLimitSize`). */
export const MAX_HEADER_BYTES: number = (1 << 20) + 4096;
