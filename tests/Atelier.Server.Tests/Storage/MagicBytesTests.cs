using System.Text;
using Atelier.Server.Storage;

namespace Atelier.Server.Tests.Storage;

public sealed class MagicBytesTests
{
    [Theory]
    [InlineData("\u0089PNG\r\n\u001a\n....", "image/png")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0", "image/jpeg")]
    [InlineData("GIF89a", "image/gif")]
    [InlineData("RIFF....WEBPVP8 ", "image/webp")]
    [InlineData("RIFF....WAVEfmt ", "audio/wav")]
    [InlineData("....ftypavif", "image/avif")]
    [InlineData("....ftypheic", "image/heic")]
    [InlineData("....ftypisom", "video/mp4")]
    [InlineData("....ftypqt  ", "video/quicktime")]
    [InlineData("....ftypM4A ", "audio/mp4")]
    [InlineData("ID3\u0004", "audio/mpeg")]
    [InlineData("\u00ff\u00fb\u0090", "audio/mpeg")]
    [InlineData("fLaC", "audio/flac")]
    [InlineData("OggS", "audio/ogg")]
    [InlineData("\u001aE\u00df\u00a3", "video/webm")]
    [InlineData("%PDF-1.7", "application/pdf")]
    [InlineData("PK\u0003\u0004", "application/zip")]
    [InlineData("glTF", "model/gltf-binary")]
    [InlineData("<html><script>", "application/octet-stream")]
    [InlineData("RIFF", "application/octet-stream")]
    [InlineData("", "application/octet-stream")]
    public void A_nameless_content_gets_the_type_of_its_first_bytes(string head, string type)
    {
        var bytes = Encoding.Latin1.GetBytes(head);

        Assert.Equal(type, ContentTypes.Of(null, bytes));
        Assert.Equal(type, ContentTypes.Of("application/octet-stream", bytes));
        Assert.Equal(type, ContentTypes.Of("not a type", bytes));
        Assert.Equal("text/csv", ContentTypes.Of("text/csv", bytes));
    }
}
