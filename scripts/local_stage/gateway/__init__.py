"""API Gateway REST (v1) data plane: serves the stage URLs of the APIs deployed in the control plane.

```
request ─► server.py ─► routes ─► authorization ─► api key, usage plan ─► throttle ─► validators
                          any step may refuse (refusals.py) ─► gateway_responses.py ─► response   │
                                                                              response ◄─ integration
```
"""

from scripts.local_stage.gateway.deployed_api import DeployedApi
from scripts.local_stage.gateway.live_stage import LiveStage, MotoStages
from scripts.local_stage.gateway.moto_identities import MotoIdentities
from scripts.local_stage.gateway.server import Gateway
from scripts.local_stage.gateway.snapshot import snapshot

__all__ = ["DeployedApi", "Gateway", "LiveStage", "MotoIdentities", "MotoStages", "snapshot"]
