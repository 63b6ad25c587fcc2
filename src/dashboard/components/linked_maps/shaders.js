// How one point is drawn: a disc, a rounded square where it is selected; open for an untrained backbone.

/** What the legend makes of a class or a part of a scale: the palette's fourth channel. */
export const MODE = { hidden: 0, dim: 1, shown: 2 };
/** A picture is painted in two layers, so that what fell back never covers what is lit. */
export const LAYER = { back: 1, front: 2 };

/** Of a selected point's square: its corners' radius, in its half side. */
export const CORNER = 0.4;

export const VERTEX = `#version 300 es
in vec2 before;
in vec2 after;
in float kind;
in float chosen;
uniform float progress;  // of the glide from before to after
uniform vec4 view;  // place in 0..1 to clip space: scale x, y, shift x, y
uniform vec3 sizes;  // radius of a plain or dim, and of a lit point; room for its edge: device px
uniform float fallen;  // opacity of a dim point
uniform bool choosing;  // is anything selected
uniform int layer;
uniform sampler2D palette;
out vec3 colour;
flat out float radius;
flat out int lit;
flat out float alpha;

void main() {
  vec4 texel = texelFetch(palette, ivec2(int(kind), 0), 0);
  int mode = int(texel.a * 255. + .5);
  bool back = mode == ${MODE.dim} || (choosing && chosen < .5);
  lit = choosing && !back ? 1 : 0;
  alpha = back ? fallen : 1.;
  radius = lit == 1 ? sizes.y : sizes.x;
  colour = texel.rgb;
  bool placed = after.x < 1. || after.y < 1.;  // both at the end: this map has no place for the point
  bool here = placed && mode != ${MODE.hidden} && back == (layer == ${LAYER.back});
  gl_Position = here ? vec4(mix(before, after, progress) * view.xy + view.zw, 0., 1.) : vec4(2., 2., 2., 1.);
  gl_PointSize = 2. * (radius + sizes.z);
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
in vec3 colour;
flat in float radius;
flat in int lit;
flat in float alpha;
uniform vec3 sizes;
uniform vec3 card;
uniform float hollow;  // stroke of the ring in device px, 0 for a disc
out vec4 paint;

// how far out: 0 in the middle, radius on the shape's border, whether it is a disc or a rounded square
float away(vec2 at) {
  if (lit == 0) return length(at);
  float corner = radius * ${CORNER};
  vec2 q = abs(at) - (radius - corner);
  return length(max(q, 0.)) + min(max(q.x, q.y), 0.) - corner + radius;
}

void main() {
  float reach = radius + sizes.z;
  float d = away((gl_PointCoord - .5) * 2. * reach);
  float disc = 1. - smoothstep(radius - .5, radius + .5, d);
  float stroke = lit == 1 ? hollow * 1.4 : hollow;
  float ring = disc * smoothstep(radius - stroke - .5, radius - stroke + .5, d);
  vec4 solid = vec4(colour, 1.) * disc;
  vec4 edge = vec4(card, 1.) * (1. - smoothstep(reach - 1., reach, d)) * float(lit);
  vec4 open = vec4(colour, 1.) * ring + vec4(card, 1.) * (disc - ring) * float(lit);
  paint = hollow > 0. ? open * alpha : (solid + edge * (1. - disc)) * alpha;
}`;
