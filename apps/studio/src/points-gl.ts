// Points by WebGL: a hundred thousand move at the speed of the screen. regl-scatterplot compiles its code from text, which the
// studio's content security policy forbids.
import type { Size, View } from './plane.js';

export interface Points {
  /** x and y of each in turn. */
  readonly positions: Float32Array;
  /** Red, green, blue and opacity of each, 0 to 255. */
  readonly colors: Uint8Array;
}

export interface PointDrawer {
  load(points: Points): void;
  /** @param radius of a point, in CSS pixels */
  draw(view: View, size: Size, radius: number): void;
  /** Waits until what was drawn is there. */
  finish(): void;
  dispose(): void;
}

const vertexShader = `
attribute vec2 position;
attribute vec4 color;
uniform vec2 middle;
uniform vec2 scale;
uniform float size;
varying vec4 shade;
void main() {
  gl_Position = vec4((position - middle) * scale, 0.0, 1.0);
  gl_PointSize = size;
  shade = color;
}`;

const fragmentShader = `
precision mediump float;
varying vec4 shade;
void main() {
  float away = length(gl_PointCoord - 0.5);
  float inside = 1.0 - smoothstep(0.42, 0.5, away);
  gl_FragColor = vec4(shade.rgb, shade.a) * inside * vec4(vec3(shade.a), 1.0);
}`;

/** null where the browser has no WebGL. */
export function pointsByWebGl(canvas: HTMLCanvasElement): PointDrawer | null {
  const gl = canvas.getContext('webgl', {
    antialias: false,
    premultipliedAlpha: true,
    preserveDrawingBuffer: true,
  });
  if (gl === null) return null;
  const compiled = (type: number, text: string) => {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    return shader;
  };
  const program = gl.createProgram()!;
  gl.attachShader(program, compiled(gl.VERTEX_SHADER, vertexShader));
  gl.attachShader(program, compiled(gl.FRAGMENT_SHADER, fragmentShader));
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) return null;
  gl.useProgram(program);
  const [positions, colors] = [gl.createBuffer(), gl.createBuffer()];
  const place = (name: string) => gl.getUniformLocation(program, name);
  const [middle, scale, pointSize] = [place('middle'), place('scale'), place('size')];
  const bind = (buffer: WebGLBuffer, name: string, width: number, type: number) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    const at = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, width, type, type === gl.UNSIGNED_BYTE, 0, 0);
  };
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  let count = 0;
  return {
    load(points) {
      count = points.positions.length / 2;
      bind(positions, 'position', 2, gl.FLOAT);
      gl.bufferData(gl.ARRAY_BUFFER, points.positions, gl.DYNAMIC_DRAW);
      bind(colors, 'color', 4, gl.UNSIGNED_BYTE);
      gl.bufferData(gl.ARRAY_BUFFER, points.colors, gl.DYNAMIC_DRAW);
    },
    draw(view, { width, height }, radius) {
      const ratio = canvas.width / Math.max(1, width);
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(middle, view.x, view.y);
      gl.uniform2f(scale, (2 * view.scale) / width, (2 * view.scale) / height);
      gl.uniform1f(pointSize, 2 * radius * ratio);
      gl.drawArrays(gl.POINTS, 0, count);
    },
    finish() {
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    },
    dispose() {
      gl.deleteBuffer(positions);
      gl.deleteBuffer(colors);
      gl.deleteProgram(program);
    },
  };
}
