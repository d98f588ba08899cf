/**
 * Functions that shaders need and WGSL lacks, or leaves to be inexact: adapters differ in the last places, in what they make of NaN and
 * infinity, and some by more. Polynomials are those of Cephes (Moshier), of XLA for `erf`, and of Giles, "Approximating the erfinv
 * function" (2010). A shader holds those that it uses.
 */
const FUNCTIONS: Readonly<Record<string, string>> = {
  // The compiler must not see constants that are NaN or infinite: WGSL forbids them.
  bits: `var<private> nought: u32 = 0u;
fn bits(x: u32) -> f32 { return bitcast<f32>(x ^ nought); }`,
  nan: `fn nan() -> f32 { return bits(0x7fc00000u); }`,
  inf: `fn inf() -> f32 { return bits(0x7f800000u); }`,
  is_nan: `fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`,
  is_finite: `fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }`,
  two_to: `fn two_to(k: i32) -> f32 { return bitcast<f32>(u32(k + 127) << 23u); }`,
  exp_tail: `fn exp_tail(r: f32) -> f32 {
  var p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f; p = p * r + 8.3334519073e-3f; p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f; p = p * r + 5.0000001201e-1f;
  return p * r * r + r;
}`,
  exp_k: `fn exp_k(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x > 88.7228394f) { return inf(); }
  if (x < -103.9f) { return 0f; }
  let k = round(x * 1.44269504f);
  let r = (x - k * 0.693359375f) + k * 2.12194440e-4f;
  let half = i32(k) / 2;
  return (exp_tail(r) + 1f) * two_to(half) * two_to(i32(k) - half);
}`,
  expm1_k: `fn expm1_k(x: f32) -> f32 {
  if (abs(x) < 0.34f) { return exp_tail(x); }
  return exp_k(x) - 1f;
}`,
  log_k: `fn log_k(given: f32) -> f32 {
  var x = given;
  if (is_nan(x) || x < 0f) { return nan(); }
  if (x == 0f) { return -inf(); }
  if (!is_finite(x)) { return x; }
  var e = -126;
  if (x < 1.17549435e-38f) { x *= 8388608f; e -= 23; }
  let b = bitcast<u32>(x);
  e += i32(b >> 23u);
  var m = bitcast<f32>((b & 0x007fffffu) | 0x3f000000u);
  if (m < 0.70710678f) { e -= 1; m = m + m - 1f; } else { m = m - 1f; }
  let z = m * m;
  var p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f; p = p * m + 1.1676998740e-1f; p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f; p = p * m - 1.6668057665e-1f; p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f; p = p * m + 3.3333331174e-1f;
  let y = p * m * z - 2.12194440e-4f * f32(e) - 0.5f * z;
  return m + y + 0.693359375f * f32(e);
}`,
  log1p_k: `fn log1p_k(x: f32) -> f32 {
  if (abs(x) < 1e-4f) { return x - 0.5f * x * x; }
  let u = 1f + x;
  if (!is_finite(u) || u <= 0f) { return log_k(u); }
  // What the sum above lost, to first order.
  let lost = select(1f - (u - x), x - (u - 1f), abs(x) < 1f);
  return log_k(u) + lost / u;
}`,
  turn: `// An angle as quarter turns and the rest.
fn turn(x: f32) -> vec2<f32> {
  if (abs(x) > 8192f) { return far_turn(x); }
  let k = round(x * 0.636619772f);
  let r = ((x - k * 1.5703125f) - k * 4.837512969970703e-4f) - k * 7.549789954891882e-8f;
  return vec2<f32>(k - 4f * floor(k * 0.25f), r);
}`,
  times_high: `fn times_high(a: u32, b: u32) -> u32 {
  let low = (a & 65535u) * (b & 65535u);
  let m = (a >> 16u) * (b & 65535u) + (low >> 16u);
  let n = (a & 65535u) * (b >> 16u) + (m & 65535u);
  return (a >> 16u) * (b >> 16u) + (m >> 16u) + (n >> 16u);
}`,
  far_turn: `// For large angles: the product with as many bits of 2/pi as matter (Payne and Hanek, 1983).
const TWO_OVER_PI = array<u32, 7>(0u, 0x28be60dbu, 0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u, 0x4f10e410u);
fn far_turn(x: f32) -> vec2<f32> {
  var table = TWO_OVER_PI;
  let m = ((bitcast<u32>(x) & 0x007fffffu) << 8u) | 0x80000000u;
  let exponent = ((bitcast<u32>(x) >> 23u) & 255u) - 126u;
  let i = exponent >> 5u;
  let e = exponent & 31u;
  var a = table[i];
  var b = table[i + 1u];
  var c = table[i + 2u];
  if (e > 0u) {
    a = (a << e) | (b >> (32u - e));
    b = (b << e) | (c >> (32u - e));
    c = (c << e) | (table[min(i + 3u, 6u)] >> (32u - e));
  }
  let carry = times_high(m, c);
  let low = m * b + carry;
  let high = m * a + times_high(m, b) + select(0u, 1u, low < carry);
  var quarter = high >> 30u;
  var rest = high & 0x3fffffffu;
  var part = f32(rest) * 9.31322574615e-10f + f32(low) * 2.16840434497e-19f;
  if (rest >= 0x20000000u) {
    quarter += 1u;
    // What is left to the next quarter, from the whole 62 bits.
    let under = select(0u, 1u, low > 0u);
    part = -(f32(0x40000000u - rest - under) * 9.31322574615e-10f + f32(0u - low) * 2.16840434497e-19f);
  }
  let r = part * 1.57079632679f;
  let q = quarter & 3u;
  if (x < 0f) { return vec2<f32>(f32((4u - q) & 3u), -r); }
  return vec2<f32>(f32(q), r);
}`,
  sin_r: `fn sin_r(x: f32) -> f32 {
  let z = x * x;
  return ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
}`,
  cos_r: `fn cos_r(x: f32) -> f32 {
  let z = x * x;
  return ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z + 1f;
}`,
  sin_k: `fn sin_k(x: f32) -> f32 {
  if (!is_finite(x)) { return nan(); }
  let t = turn(x);
  let y = select(sin_r(t.y), cos_r(t.y), t.x == 1f || t.x == 3f);
  return select(y, -y, t.x >= 2f);
}`,
  cos_k: `fn cos_k(x: f32) -> f32 {
  if (!is_finite(x)) { return nan(); }
  let t = turn(x);
  let y = select(cos_r(t.y), sin_r(t.y), t.x == 1f || t.x == 3f);
  return select(y, -y, t.x == 1f || t.x == 2f);
}`,
  tan_k: `fn tan_k(x: f32) -> f32 {
  if (!is_finite(x)) { return nan(); }
  let t = turn(x);
  let s = sin_r(t.y);
  let c = cos_r(t.y);
  return select(s / c, -c / s, t.x == 1f || t.x == 3f);
}`,
  atan_k: `fn atan_k(given: f32) -> f32 {
  if (is_nan(given)) { return given; }
  var x = abs(given);
  var y = 0f;
  if (x > 2.414213562f) { y = 1.57079632679f; x = -1f / x; }
  else if (x > 0.4142135623f) { y = 0.78539816339f; x = (x - 1f) / (x + 1f); }
  let z = x * x;
  y += (((8.05374449538e-2f * z - 1.38776856032e-1f) * z + 1.99777106478e-1f) * z - 3.33329491539e-1f) * z * x + x;
  return select(y, -y, given < 0f);
}`,
  atan2_k: `fn atan2_k(y: f32, x: f32) -> f32 {
  if (is_nan(x) || is_nan(y)) { return nan(); }
  let up = (bitcast<u32>(y) >> 31u) == 0u;
  let right = (bitcast<u32>(x) >> 31u) == 0u;
  let ax = abs(x);
  let ay = abs(y);
  var angle = 0f;
  if (!is_finite(ax) && !is_finite(ay)) { angle = 0.78539816339f; }
  else if (ay == 0f) { angle = 0f; }
  else if (ax == 0f || !is_finite(ay)) { angle = 1.57079632679f; }
  else { angle = atan_k(ay / ax); }
  if (!right) { angle = 3.14159265359f - angle; }
  return select(-angle, angle, up);
}`,
  asin_small: `fn asin_small(x: f32) -> f32 {
  let z = x * x;
  return ((((4.2163199048e-2f * z + 2.4181311049e-2f) * z + 4.5470025998e-2f) * z + 7.4953002686e-2f) * z + 1.6666752422e-1f) * z * x + x;
}`,
  asin_k: `fn asin_k(x: f32) -> f32 {
  let a = abs(x);
  if (is_nan(x) || a > 1f) { return nan(); }
  var y = 0f;
  if (a > 0.5f) { y = 1.57079632679f - 2f * asin_small(sqrt(0.5f * (1f - a))); } else { y = asin_small(a); }
  return select(y, -y, x < 0f);
}`,
  acos_k: `fn acos_k(x: f32) -> f32 {
  if (is_nan(x) || abs(x) > 1f) { return nan(); }
  if (x > 0.5f) { return 2f * asin_small(sqrt(0.5f * (1f - x))); }
  if (x < -0.5f) { return 3.14159265359f - 2f * asin_small(sqrt(0.5f * (1f + x))); }
  return 1.57079632679f - asin_small(x);
}`,
  sinh_k: `fn sinh_k(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let a = abs(x);
  var y = 0f;
  if (a > 20f) { let t = exp_k(0.5f * a); y = 0.5f * t * t; } else { let e = expm1_k(a); y = 0.5f * (e + e / (e + 1f)); }
  return select(y, -y, x < 0f);
}`,
  cosh_k: `fn cosh_k(x: f32) -> f32 {
  let t = exp_k(0.5f * abs(x));
  let y = 0.5f * t * t;
  return select(y + 0.5f / (t * t), y, abs(x) > 20f);
}`,
  tanh_k: `fn tanh_k(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let a = min(abs(x), 10f);
  let e = expm1_k(2f * a);
  let y = e / (e + 2f);
  return select(y, -y, x < 0f);
}`,
  asinh_k: `fn asinh_k(x: f32) -> f32 {
  if (!is_finite(x)) { return x; }
  let a = abs(x);
  var y = 0f;
  if (a > 1e4f) { y = log_k(a) + 0.69314718056f; } else { y = log1p_k(a + a * a / (1f + sqrt(a * a + 1f))); }
  return select(y, -y, x < 0f);
}`,
  acosh_k: `fn acosh_k(x: f32) -> f32 {
  if (is_nan(x) || x < 1f) { return nan(); }
  if (x > 1e4f) { return log_k(x) + 0.69314718056f; }
  let t = x - 1f;
  return log1p_k(t + sqrt(2f * t + t * t));
}`,
  atanh_k: `fn atanh_k(x: f32) -> f32 {
  let a = abs(x);
  if (is_nan(x) || a > 1f) { return nan(); }
  if (a == 1f) { return select(inf(), -inf(), x < 0f); }
  let y = 0.5f * log1p_k(2f * a / (1f - a));
  return select(y, -y, x < 0f);
}`,
  sqrt_k: `fn sqrt_k(x: f32) -> f32 {
  if (is_nan(x) || x < 0f) { return nan(); }
  return select(x, sqrt(x), is_finite(x));
}`,
  rsqrt_k: `fn rsqrt_k(x: f32) -> f32 {
  if (is_nan(x) || x < 0f) { return nan(); }
  if (x == 0f) { return select(inf(), -inf(), (bitcast<u32>(x) >> 31u) == 1u); }
  return select(0f, 1f / sqrt(x), is_finite(x));
}`,
  sigmoid_k: `fn sigmoid_k(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let e = exp_k(-abs(x));
  return select(1f, e, x < 0f) / (1f + e);
}`,
  erf_k: `fn erf_k(given: f32) -> f32 {
  if (is_nan(given)) { return given; }
  let x = clamp(given, -4f, 4f);
  let z = x * x;
  var p = -2.72614225801306e-10f;
  p = p * z + 2.77068142495902e-8f; p = p * z - 2.10102402082508e-6f; p = p * z - 5.69250639462346e-5f;
  p = p * z - 7.34990630326855e-4f; p = p * z - 2.95459980854025e-3f; p = p * z - 1.60960333262415e-2f;
  var q = -1.45660718464996e-5f;
  q = q * z - 2.13374055278905e-4f; q = q * z - 1.68282697438203e-3f; q = q * z - 7.37332916720468e-3f;
  q = q * z - 1.42647390514189e-2f;
  return clamp(x * p / q, -1f, 1f);
}`,
  erfinv_k: `fn erfinv_k(x: f32) -> f32 {
  let a = abs(x);
  if (is_nan(x) || a > 1f) { return nan(); }
  if (a == 1f) { return select(inf(), -inf(), x < 0f); }
  var w = -log1p_k(-x * x);
  var p = 0f;
  if (w < 5f) {
    w = w - 2.5f;
    p = 2.81022636e-8f;
    p = p * w + 3.43273939e-7f; p = p * w - 3.5233877e-6f; p = p * w - 4.39150654e-6f; p = p * w + 2.1858087e-4f;
    p = p * w - 1.25372503e-3f; p = p * w - 4.17768164e-3f; p = p * w + 2.46640727e-1f; p = p * w + 1.50140941f;
  } else {
    w = sqrt(w) - 3f;
    p = -2.00214257e-4f;
    p = p * w + 1.00950558e-4f; p = p * w + 1.34934322e-3f; p = p * w - 3.67342844e-3f; p = p * w + 5.73950773e-3f;
    p = p * w - 7.6224613e-3f; p = p * w + 9.43887047e-3f; p = p * w + 1.00167406f; p = p * w + 2.83297682f;
  }
  return p * x;
}`,
  sign_k: `fn sign_k(x: f32) -> f32 { return select(sign(x), x, is_nan(x)); }`,
  fmax_k: `fn fmax_k(a: f32, b: f32) -> f32 { return select(b, a, a > b || is_nan(a)); }`,
  fmin_k: `fn fmin_k(a: f32, b: f32) -> f32 { return select(b, a, a < b || is_nan(a)); }`,
  // As bits, since adapters may take the least numbers for 0; and WGSL's `!=` does not see that a NaN differs.
  feq: `fn feq(x: f32, y: f32) -> bool {
  let a = bitcast<u32>(x);
  let b = bitcast<u32>(y);
  return (a == b && !is_nan(x)) || ((a | b) << 1u) == 0u;
}`,
  // The remainder of a division toward zero, exact in steps that each lose no bit.
  frem: `fn frem(x: f32, y: f32) -> f32 {
  var a = abs(x);
  let b = abs(y);
  if (is_nan(x) || is_nan(y) || !is_finite(x) || b == 0f) { return nan(); }
  if (!is_finite(y)) { return x; }
  for (var n = 0; n < 300 && a >= b; n++) {
    var k = i32(bitcast<u32>(a) >> 23u) - i32(max(bitcast<u32>(b) >> 23u, 1u));
    if (k <= 0) { a -= b; continue; }
    k = min(k, 120);
    var t = b * two_to(k);
    if (t > a) { t *= 0.5f; }
    a -= t;
  }
  return select(a, -a, x < 0f);
}`,
  fmod_k: `fn fmod_k(x: f32, y: f32) -> f32 {
  let r = frem(x, y);
  return select(r, r + y, r != 0f && (r < 0f) != (y < 0f));
}`,
  fdiv_k: `fn fdiv_k(x: f32, y: f32) -> f32 {
  if (y == 0f) { return x / y; }
  let r = frem(x, y);
  let q = round((x - r) / y);
  return select(q, q - 1f, r != 0f && (x < 0f) != (y < 0f));
}`,
  fpow_k: `fn fpow_k(x: f32, y: f32) -> f32 {
  if (y == 0f || x == 1f) { return 1f; }
  if (is_nan(x) || is_nan(y)) { return nan(); }
  let a = abs(x);
  let whole = y == trunc(y);
  let odd = whole && abs(y) < 16777216f && (i32(y) & 1) != 0;
  let negative = (bitcast<u32>(x) >> 31u) == 1u;
  if (!is_finite(y)) {
    if (a == 1f) { return 1f; }
    return select(0f, inf(), (a > 1f) == (y > 0f));
  }
  if (x < 0f && !whole && is_finite(x)) { return nan(); }
  var r = 1f;
  if (a == 0f || !is_finite(a)) { r = select(0f, inf(), (a == 0f) == (y < 0f)); }
  else if (whole && abs(y) <= 64f) {
    var base = a;
    for (var n = u32(abs(y)); n > 0u; n = n >> 1u) {
      if ((n & 1u) == 1u) { r *= base; }
      base *= base;
    }
    if (y < 0f) { r = 1f / r; }
  } else { r = exp_k(y * log_k(a)); }
  return select(r, -r, odd && negative);
}`,
  next_k: `fn next_k(x: f32, y: f32) -> f32 {
  if (is_nan(x) || is_nan(y)) { return nan(); }
  if (x == y) { return y; }
  if (x == 0f) { return bits(select(0x80000001u, 1u, y > 0f)); }
  let b = bitcast<u32>(x);
  return bitcast<f32>(select(b - 1u, b + 1u, (x > 0f) == (y > x)));
}`,
  idiv_k: `fn idiv_k(a: i32, b: i32) -> i32 {
  if (b == 0) { return select(-2, -1, a == 0); }
  if (b == -1) { return -a; }
  let q = a / b;
  return select(q, q - 1, a % b != 0 && (a < 0) != (b < 0));
}`,
  imod_k: `fn imod_k(a: i32, b: i32) -> i32 {
  if (b == 0) { return 0; }
  if (b == -1) { return 0; }
  let r = a % b;
  return select(r, r + b, r != 0 && (r < 0) != (b < 0));
}`,
  udiv_k: `fn udiv_k(a: u32, b: u32) -> u32 { if (b == 0u) { return 0xffffffffu; } return a / b; }`,
  umod_k: `fn umod_k(a: u32, b: u32) -> u32 { if (b == 0u) { return 0u; } return a % b; }`,
  ipow_k: `fn ipow_k(x: i32, y: i32) -> i32 {
  if (y < 0) {
    if (x == 1) { return 1; }
    if (x == -1) { return select(-1, 1, (y & 1) == 0); }
    return 0;
  }
  var r = 1;
  var base = x;
  for (var n = y; n > 0; n = n >> 1u) { if ((n & 1) == 1) { r *= base; } base *= base; }
  return r;
}`,
  upow_k: `fn upow_k(x: u32, y: u32) -> u32 {
  var r = 1u;
  var base = x;
  for (var n = y; n > 0u; n = n >> 1u) { if ((n & 1u) == 1u) { r *= base; } base *= base; }
  return r;
}`,
  f2i: `fn f2i(x: f32) -> i32 {
  if (is_nan(x)) { return 0; }
  if (x >= 2147483648f) { return 2147483647; }
  if (x <= -2147483648f) { return bitcast<i32>(0x80000000u); }
  return i32(x);
}`,
  f2u: `fn f2u(x: f32) -> u32 {
  if (is_nan(x) || x <= 0f) { return 0u; }
  if (x >= 4294967296f) { return 0xffffffffu; }
  return u32(x);
}`,
  // To a float of fewer bits, ties to even: mantissa bits, least normal exponent, largest value, and whether overflow gives NaN.
  narrow: `fn narrow(x: f32, mantissa: u32, least: i32, largest: f32, finite: bool) -> f32 {
  if (is_nan(x)) { return x; }
  let b = bitcast<u32>(x);
  let exponent = i32((b >> 23u) & 255u) - 127;
  var y = x;
  if (exponent < least && least > -126) {
    // A subnormal: whole steps of its least value.
    let scale = i32(mantissa) - least;
    y = round(x * two_to(scale)) * two_to(-scale);
  } else {
    let drop = 23u - mantissa;
    let even = (b >> drop) & 1u;
    y = bitcast<f32>((b + ((1u << (drop - 1u)) - 1u) + even) & ~((1u << drop) - 1u));
  }
  if (abs(y) > largest) { y = select(select(inf(), -inf(), x < 0f), nan(), finite); }
  return y;
}`,
  rotl: `fn rotl(x: u32, n: u32) -> u32 { return (x << n) | (x >> (32u - n)); }`,
  threefry: `// Threefry-2x32, 20 rounds (Salmon et al., SC 2011) of a 64-bit counter; the words of the result are joined by xor, as JAX does.
fn four(given: vec2<u32>, r: vec4<u32>) -> vec2<u32> {
  var v = given;
  for (var i = 0u; i < 4u; i++) { v.x += v.y; v.y = rotl(v.y, r[i]) ^ v.x; }
  return v;
}
fn threefry(k0: u32, k1: u32, index: u32) -> u32 {
  let k2 = k0 ^ k1 ^ 0x1bd11bdau;
  let even = vec4<u32>(13u, 15u, 26u, 6u);
  let odd = vec4<u32>(17u, 29u, 16u, 24u);
  var v = vec2<u32>(k0, index + k1);
  v = four(v, even) + vec2<u32>(k1, k2 + 1u);
  v = four(v, odd) + vec2<u32>(k2, k0 + 2u);
  v = four(v, even) + vec2<u32>(k0, k1 + 3u);
  v = four(v, odd) + vec2<u32>(k1, k2 + 4u);
  v = four(v, even) + vec2<u32>(k2, k0 + 5u);
  return v.x ^ v.y;
}`,
  sort_key: `// Ascending order of floats as that of integers: the zeros are one, NaN is last.
fn sort_key(x: f32) -> u32 {
  if (is_nan(x)) { return 0xffffffffu; }
  // Adapters may take what is next to 0 for 0: only its bits tell.
  let b = select(bitcast<u32>(x), 0u, (bitcast<u32>(x) << 1u) == 0u);
  return select(b | 0x80000000u, ~b, (b >> 31u) == 1u);
}`,
};

const called = (text: string): string[] => [...text.matchAll(/\b([a-z]\w*)\(/g)].map((m) => m[1]!);

/** The library's functions that a shader calls, and those that they call, in the order in which they are defined. */
export function libraryFor(code: string): string {
  const needed = new Set<string>();
  const visit = (text: string): void => {
    for (const name of called(text)) {
      if (needed.has(name) || !Object.hasOwn(FUNCTIONS, name)) continue;
      needed.add(name);
      visit(FUNCTIONS[name]!);
    }
  };
  visit(code);
  return Object.keys(FUNCTIONS)
    .filter((name) => needed.has(name))
    .map((name) => FUNCTIONS[name]!)
    .join("\n");
}
