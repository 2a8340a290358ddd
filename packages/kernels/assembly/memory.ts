/** How many bytes of the shared memory this instance can address now. */
export function addressSpaceBytes(): f64 {
  return <f64>memory.size() * 65536.0;
}
