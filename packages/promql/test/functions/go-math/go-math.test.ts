import { expect, test } from "@jest/globals";
import { acos, asin, atan, atan2 } from "../../../src/functions/go-math/arc.ts";
import { exp } from "../../../src/functions/go-math/exp.ts";
import { acosh, asinh, atanh, cosh, sinh, tanh } from "../../../src/functions/go-math/hyperbolic.ts";
import { ln } from "@ferula/model";
import { log10, log1p } from "../../../src/functions/go-math/log.ts";
import { pow } from "../../../src/functions/go-math/pow.ts";
import { fusedMultiplyAdd, scaleBy } from "../../../src/functions/go-math/scale.ts";
import { cos, sin, tan } from "../../../src/functions/go-math/trig.ts";

const functions = { acos, acosh, asin, asinh, atan, atanh, cos, cosh, exp, ln, log10, log1p, sin, sinh, tan, tanh };

// What Go 1.26 prints on amd64.
test.each<[keyof typeof functions, number, number]>([
  ["exp", 1, Math.E],
  ["exp", -0.3, 0.7408182206817179],
  ["exp", 20.7, 9.770027258269073e8],
  ["exp", 709.7, Infinity],
  ["exp", -744.2, 5e-324],
  ["exp", 709.78, Infinity],
  ["ln", 3, 1.0986122886681096],
  ["ln", 0.7071067811865475, -0.34657359027997275],
  ["ln", 1e-300, -690.7755278982137],
  ["ln", 12345.678, 9.421061321291832],
  ["log10", 15, 1.1760912590556811],
  ["log10", 20, 1.301029995663981],
  ["log10", 35, 1.5440680443502754],
  ["log10", 0.002, -2.6989700043360187],
  ["log10", 1000, 3],
  ["log1p", 0.3, 0.26236426446749106],
  ["log1p", -0.4, -0.5108256237659907],
  ["log1p", 1e-10, 9.999999999500001e-11],
  ["log1p", 7, 2.0794415416798357],
  ["log1p", 1e17, 39.14394658089878],
  ["log1p", -0.9999999999999998, -36.04365338911715],
  ["sin", 0.5, 0.479425538604203],
  ["sin", 3, 0.1411200080598672],
  ["sin", -1000.1, -0.8788928116493215],
  ["sin", 1e9, 0.5458434494486994],
  ["sin", 1e22, -0.8522008497671889],
  ["sin", -1.7e300, -0.9671997352796833],
  ["cos", 0.5, 0.8775825618903728],
  ["cos", 3, -0.9899924966004454],
  ["cos", -1000.1, 0.4770193136877689],
  ["cos", 1e9, 0.8378871813639024],
  ["cos", 1e22, 0.5232147853951389],
  ["cos", -1.7e300, 0.2540170704399813],
  ["tan", 1, 1.557407724654902],
  ["tan", 3, -0.1425465430742778],
  ["tan", -1000.1, -1.842467980708633],
  ["tan", 2e9, 2.2635192929011994],
  ["tan", 1e-9, 1e-9],
  ["atan", 0.3, 0.2914567944778671],
  ["atan", 0.9, 0.7328151017865066],
  ["atan", -20.1, -1.5210860700256772],
  ["asin", 0.3, 0.3046926540153975],
  ["asin", -0.9, -1.1197695149986342],
  ["acos", 0.3, 1.266103672779499],
  ["acos", -0.9, 2.6905658417935308],
  ["sinh", 0.3, 0.3045202934471426],
  ["sinh", -2, -3.626860407847019],
  ["sinh", 42, 8.696374707602506e17],
  ["cosh", 0.3, 1.0453385141288605],
  ["cosh", -2, 3.7621956910836314],
  ["cosh", 42, 8.696374707602506e17],
  ["tanh", 0.3, 0.2913126124515909],
  ["tanh", -2, -0.9640275800758169],
  ["tanh", 50, 1],
  ["asinh", 0.3, 0.29567304756342244],
  ["asinh", -5, -2.3124383412727525],
  ["asinh", 1e9, 21.416413017506354],
  ["acosh", 1.3, 0.7564329108569596],
  ["acosh", 5, 2.2924316695611777],
  ["acosh", 1e9, 21.416413017506354],
  ["atanh", 0.3, 0.30951960420311175],
  ["atanh", -0.9, -1.4722194895832204],
  ["atanh", 1e-9, 1e-9],
])("%s(%d) is %d to the last bit", (name, x, wanted) => {
  expect(functions[name](x)).toBe(wanted);
});

test.each([
  [1.1, 10, 2.593742460100002],
  [2, 0.3, 1.2311444133449163],
  [-3, 5, -243],
  [10, -7, 1e-7],
  [1.0000001, 1e9, 2.688103843211962e43],
  [7.3, -2.6, 0.005693254049029388],
  [0.5, 1074, 5e-324],
  [-2, 0.5, NaN],
  [3, 100000, Infinity],
  [1e-300, 2, 0],
])("%d to the power %d is %d", (x, y, wanted) => {
  expect(pow(x, y)).toBe(wanted);
});

test.each([
  [1000, 0.1, 1.5706963267952299],
  [1, -3, 2.819842099193151],
  [-1, -3, -2.819842099193151],
  [-0.2, 7, -0.028563657838759998],
])("the point %d, %d lies at the angle %d", (y, x, wanted) => {
  expect(atan2(y, x)).toBe(wanted);
});

test.each([
  [0.1, 10, -1, 5.551115123125783e-17],
  [0.3333333333333333, 3, -1, -5.551115123125783e-17],
  [1.0000000000000002, 1.0000000000000002, -1, 4.440892098500626e-16],
  [1.34217729e8, 1.34217729e8, 1.1, 1.8014398777917444e16],
  [1.34217729e8, 1.34217727e8, 8.673617379884035e-19, 1.8014398509481984e16],
  [7.450580603862722e-9, 1.4901161179969868e-8, 1, 1],
  [7.450580603862722e-9, 1.490116120078655e-8, 1, 1.0000000000000002],
])("%d times %d and %d is rounded once", (a, b, c, wanted) => {
  expect(fusedMultiplyAdd(a, b, c)).toBe(wanted);
});

test.each([
  [1, -1074, 5e-324],
  [0.75, -1074, 5e-324],
  [0.5, -1074, 0],
  [2 ** -60, 1083, 2 ** 1023],
  [1, 3000, Infinity],
  [-1, -3000, -0],
])("%d times 2^%d is %d", (value, exponent, wanted) => {
  expect(scaleBy(value, exponent)).toBe(wanted);
});

test.each<[string, (x: number) => number, number, number]>([
  ["exp", exp, -Infinity, 0],
  ["exp", exp, Infinity, Infinity],
  ["ln", ln, 0, -Infinity],
  ["ln", ln, -1, NaN],
  ["log1p", log1p, -1, -Infinity],
  ["sin", sin, -0, -0],
  ["sin", sin, Infinity, NaN],
  ["cos", cos, -Infinity, NaN],
  ["tan", tan, NaN, NaN],
  ["asin", asin, 1.1, NaN],
  ["atan", atan, -Infinity, -Math.PI / 2],
  ["sinh", sinh, -0, -0],
  ["tanh", tanh, -Infinity, -1],
  ["asinh", asinh, -Infinity, -Infinity],
  ["acosh", acosh, 0.5, NaN],
  ["atanh", atanh, -1, -Infinity],
])("%s of what is special: %#", (_, f, x, wanted) => {
  expect(f(x)).toBe(wanted);
});

test.each([
  [1, NaN, 1],
  [NaN, 0, 1],
  [NaN, 1, NaN],
  [-1, Infinity, 1],
  [0.5, -Infinity, Infinity],
  [-0, -3, -Infinity],
  [-0, 2, 0],
  [-Infinity, 3, -Infinity],
  [-8, 1 / 3, NaN],
  [-1, 2 ** 70, 1],
  [0.9, 2 ** 70, 0],
])("%d to the power %d is %d where it is special", (x, y, wanted) => {
  expect(pow(x, y)).toBe(wanted);
});
