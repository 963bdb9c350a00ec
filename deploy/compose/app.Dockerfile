# The application. Built from the project's root: see compose.yaml.
FROM node:22-bookworm AS build
WORKDIR /opt/citrus-voz
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
WORKDIR /opt/citrus-voz
# 5038 is the number both images know: Asterisk writes recordings, the application removes them.
RUN groupadd --gid 5038 voice && useradd --system --uid 5038 --gid voice --home /opt/citrus-voz citrus-voz \
  && install -d -o citrus-voz -g voice -m 0770 data \
  && install -d -o citrus-voz -g voice -m 0770 /var/spool/asterisk/monitor
COPY --from=build /opt/citrus-voz/package.json ./
COPY --from=build /opt/citrus-voz/node_modules ./node_modules
COPY --from=build /opt/citrus-voz/dist ./dist
COPY --from=build /opt/citrus-voz/views ./views
COPY --from=build /opt/citrus-voz/public ./public
USER citrus-voz
EXPOSE 3000
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
