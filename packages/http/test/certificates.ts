export { createAuthority, type Authority, type Certificate } from "@ferula/test-kit";
