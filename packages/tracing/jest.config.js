export { default } from "@ferula/jest-preset";
