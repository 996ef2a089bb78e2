"""OCPP 1.6 end point: charging piles dial in, the node listens. One web socket server for all piles of a process."""
