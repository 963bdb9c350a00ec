# Asterisk with the URA's prompts. Debian's stable releases have no Asterisk; its unstable has the LTS.
FROM debian:sid-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends asterisk asterisk-core-sounds-en-gsm asterisk-moh-opsound-gsm \
    espeak-ng sox ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && groupmod --gid 5038 asterisk && usermod --uid 5038 asterisk \
  && install -d -o asterisk -g asterisk -m 0770 /var/lib/asterisk/db \
  && chown -R asterisk:asterisk /var/lib/asterisk /var/spool/asterisk /var/log/asterisk /var/run/asterisk
COPY deploy/asterisk /opt/citrus-voz-asterisk
RUN /opt/citrus-voz-asterisk/make-prompts.sh \
  && cp /opt/citrus-voz-asterisk/*.conf /etc/asterisk/ \
  && sed -i 's|^astdbdir *=.*|astdbdir => /var/lib/asterisk/db|' /etc/asterisk/asterisk.conf
# Yours win over the packaged ones.
CMD ["sh", "-c", "cp /etc/asterisk/local/*.conf /etc/asterisk/ && exec asterisk -f -U asterisk -G asterisk"]
