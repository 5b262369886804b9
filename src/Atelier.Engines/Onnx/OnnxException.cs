namespace Atelier.Engines.Onnx;

/// <summary>ONNX Runtime refused or failed. The text is for the log: it may name files and nodes.</summary>
public sealed class OnnxException(string message) : Exception(message);
