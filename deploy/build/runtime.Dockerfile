# An image that runs the agent, for deploy/fleet/kubernetes/agent.yaml, from the package that deploy/build/Dockerfile made.
#
#   docker build -f deploy/build/runtime.Dockerfile -t registry.example.com/edgekit-agent:0.1.0 .
#
# With a model in it: COPY model.ekm /models/ as the last line, and no ConfigMap in the manifest.
FROM debian:12-slim
RUN --mount=type=bind,source=out/deb,target=/packages \
    apt-get update \
    && apt-get install -y --no-install-recommends libturbojpeg0 "/packages/edgekit-agent_0.1.0_$(dpkg --print-architecture).deb" \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001
ENTRYPOINT ["/usr/bin/edgekit-agent"]
